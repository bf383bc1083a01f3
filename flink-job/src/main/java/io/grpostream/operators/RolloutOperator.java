package io.grpostream.operators;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.PromptBlock;
import io.grpostream.records.RolloutInput;
import io.grpostream.records.SampledCompletion;
import io.grpostream.rules.KnownVersions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.jspecify.annotations.Nullable;

/**
 * Samples G completions for each prompt of a block, beside the task thread, as soon as the version
 * that the block is to be sampled with has been announced; in lockstep, where it is certain which
 * one that is, as soon as the learner of the same process offers its weights. What is sampled
 * before the version has its name leaves when it has it.
 *
 * <p>State: the blocks that wait, the one being sampled included; they may wait on any subtask.
 */
public final class RolloutOperator extends AbstractStreamOperator<SampledCompletion>
    implements OneInputStreamOperator<RolloutInput, SampledCompletion> {
  private final RolloutSettings settings;
  private final SamplerFactory samplers;
  private final PolicyVersionFeed feed;
  private final Handover handover;

  private transient TreeMap<Long, PromptBlock> waiting;
  private transient KnownVersions<PolicyVersion> known;
  private transient ListState<PromptBlock> waitingState;
  private transient Sampler sampler;
  private transient Worker worker;

  private transient SamplerWeights weights;

  /** What this process's learner offered last, unless it has gone on meanwhile. */
  private transient Handover.@Nullable Offer offered;

  private transient @Nullable Unnamed unnamed;
  private transient Counter sampledTokens;

  public RolloutOperator(
      RolloutSettings settings,
      SamplerFactory samplers,
      PolicyVersionFeed feed,
      Handover handover) {
    this.settings = settings;
    this.samplers = samplers;
    this.feed = feed;
    this.handover = handover;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    waiting = new TreeMap<>();
    known = new KnownVersions<>(settings.schedule(), settings.rule());
    waitingState =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("waiting-blocks", TypeInformation.of(PromptBlock.class)));
    for (PromptBlock block : waitingState.get()) {
      waiting.put(block.number(), block);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    worker = Worker.of(this, "rollout");
    Seat seat = Seat.of(getRuntimeContext());
    sampler = worker.makes(() -> samplers.create(seat));
    weights = new SamplerWeights(sampler, handover);
    sampledTokens = getMetricGroup().counter("sampledTokens");
    getMetricGroup().gauge("waitingBlocks", () -> waiting.size());
    getMetricGroup().gauge("samplingVersion", weights::number);
    worker.owns(
        feed.follow(
            version -> worker.mail("policy version announced", () -> announced(version)),
            cause -> worker.mail("policy feed broke", () -> broken(cause))));
    worker.owns(handover.follow(new Offers()));
  }

  /** A block that was sampled with weights before they had their name. */
  private record Unnamed(
      PromptBlock block, Handover.Offer offer, List<List<Completion>> completions) {}

  /** What the learner of this process offers; the versions themselves come by the feed too. */
  private final class Offers implements Handover.Listener {
    @Override
    public void offered(Handover.Offer offer) {
      worker.mail("weights offered", () -> prepare(offer));
    }

    @Override
    public void announced(PolicyVersion version) {
      worker.mail("weights named", RolloutOperator.this::giveOutNamed);
    }
  }

  /**
   * Samples with weights ahead of their announcement, or at least loads them, if there is nothing
   * else to do: whoever has sampled everything waits for just these.
   */
  private void prepare(Handover.Offer offer) {
    offered = offer;
    sampleNext();
    if (!worker.busy() && unnamed == null && waiting.isEmpty()) {
      worker.compute(stop -> weights.use(offer), loaded -> sampleNext());
    }
  }

  private void announced(PolicyVersion version) {
    known.announce(version.lineage(), version.number(), version);
    sampleNext();
  }

  private static void broken(Throwable cause) {
    throw new IllegalStateException(
        "following policy versions failed: " + cause.getMessage(), cause);
  }

  @Override
  public void processElement(StreamRecord<RolloutInput> element) {
    RolloutInput input = element.getValue();
    if (input.block() == null) {
      known.startLineage(input.lineage());
    } else {
      waiting.put(input.block().number(), input.block());
    }
    sampleNext();
  }

  /**
   * Starts on the first waiting block, if its version or that one's weights are there, unless one
   * is being sampled or waits for its name.
   */
  private void sampleNext() {
    if (worker.busy() || unnamed != null || waiting.isEmpty()) {
      return;
    }
    PromptBlock block = waiting.firstEntry().getValue();
    long number = block.prompts().get(0).number();
    Optional<PolicyVersion> version = known.versionFor(number);
    Handover.Offer offer = offered;
    if (version.isPresent()) {
      worker.compute(stop -> sample(block, version.get(), stop), sampled -> finish(block, sampled));
    } else if (offer != null && known.awaits(offer.lineage(), offer.number(), number)) {
      worker.compute(stop -> sampleUnnamed(block, offer, stop), sampled -> holdUntilNamed(sampled));
    }
  }

  /** On the worker's thread. */
  private List<List<SampledCompletion>> sample(
      PromptBlock block, PolicyVersion version, StopSignal stop) throws Exception {
    weights.use(version);
    return BlockSampling.sample(sampler, block, version.ref(), settings.sampling(), stop);
  }

  /** On the worker's thread. Empty if the offer has ended. */
  private Optional<Unnamed> sampleUnnamed(PromptBlock block, Handover.Offer offer, StopSignal stop)
      throws Exception {
    return weights.use(offer)
        ? Optional.of(
            new Unnamed(
                block, offer, BlockSampling.completions(sampler, block, settings.sampling(), stop)))
        : Optional.empty();
  }

  private void holdUntilNamed(Optional<Unnamed> sampled) {
    if (sampled.isPresent()) {
      unnamed = sampled.get();
      giveOutNamed();
    } else {
      offered = null;
      sampleNext();
    }
  }

  private void giveOutNamed() {
    Unnamed held = unnamed;
    if (held != null && held.offer().version().isPresent()) {
      unnamed = null;
      PolicyVersion version = held.offer().version().get();
      finish(held.block(), BlockSampling.of(held.block(), version.ref(), held.completions()));
    }
  }

  private void finish(PromptBlock block, List<List<SampledCompletion>> sampled) {
    for (List<SampledCompletion> group : sampled) {
      for (SampledCompletion each : group) {
        sampledTokens.inc(each.completion().ids().length);
        output.collect(new StreamRecord<>(each));
      }
    }
    waiting.remove(block.number());
    sampleNext();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    waitingState.update(new ArrayList<>(waiting.values()));
  }

  @Override
  public void close() throws Exception {
    if (worker != null) {
      worker.close();
    }
    super.close();
  }
}
