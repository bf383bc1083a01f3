package io.grpostream.replay;

import io.grpostream.config.RunConfig;
import io.grpostream.job.PolicyFactory;
import io.grpostream.job.TrainingJob;
import io.grpostream.kafka.PromptDecoder;
import io.grpostream.operators.BlockSampling;
import io.grpostream.operators.GroupAdvantages;
import io.grpostream.operators.RolloutSettings;
import io.grpostream.operators.Scoring;
import io.grpostream.operators.Seat;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.records.NumberedPrompt;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.PromptBlock;
import io.grpostream.records.RawRecord;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.ScoredCompletion;
import io.grpostream.rewards.Rewards;
import io.grpostream.rules.Batches;
import io.grpostream.rules.BlockAssembly;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A lockstep run again from its prompts, in one thread: each block is sampled as soon as its
 * version has been made, and a batch trained when its version is asked for. That the asynchronous
 * run came to the same is what lockstep promises.
 */
final class PromptsReplay implements AutoCloseable {
  private final Relearning relearning;
  private final ReplayedLearner learner;
  private final StopSignal stop;
  private final long start;
  private final RolloutSettings settings;
  private final Batches batches;
  private final BlockAssembly<NumberedPrompt> blocks;
  private final Scoring scoring;
  private final PromptDecoder decoder;
  private final Sampler sampler;
  private long nextNumber;
  private long loaded = -1;

  PromptsReplay(RunConfig config, ReplayedLearner learner, Relearning relearning, StopSignal stop)
      throws IOException {
    this.relearning = relearning;
    this.learner = learner;
    this.stop = stop;
    start = config.prompts().start().offset();
    settings = TrainingJob.rollout(config);
    batches = new Batches(config.learner().batchGroups(), config.rollout().blockGroups());
    blocks = new BlockAssembly<>(batches, NumberedPrompt::number);
    scoring = new Scoring(Rewards.of(config.rewards().specs()));
    decoder = TrainingJob.decoder(config).create();
    sampler = PolicyFactory.of(config).sampler(Seat.ALONE);
  }

  /** Takes the topic's next record. */
  void prompt(RawRecord raw) throws IOException, StoppedException {
    if (raw.at().offset() < start || !relearning.wants(nextNumber)) {
      return;
    }
    if (decoder.decode(raw) instanceof PromptDecoder.Accepted accepted) {
      Optional<List<NumberedPrompt>> block =
          blocks.add(new NumberedPrompt(nextNumber++, accepted.prompt()));
      if (block.isPresent()) {
        sample(block.get());
      }
    }
  }

  /** All prompts are in: learns what is left. */
  void finish() throws IOException, StoppedException {
    while (relearning.learnNext(stop)) {
      stop.check();
    }
  }

  private void sample(List<NumberedPrompt> prompts) throws IOException, StoppedException {
    long first = prompts.get(0).number();
    while (learner.newest().number() < settings.rule().samplingVersion(first)) {
      if (!relearning.learnNext(stop)) {
        return;
      }
    }
    PolicyVersion version = learner.newest();
    load(version);
    PromptBlock block = new PromptBlock(batches.blockOf(first), prompts);
    for (List<SampledCompletion> group :
        BlockSampling.sample(sampler, block, version.ref(), settings.sampling(), stop)) {
      List<ScoredCompletion> scored =
          group.stream().map(each -> scoring.score(each, (index, cause) -> {})).toList();
      relearning.add(GroupAdvantages.of(scored));
    }
  }

  private void load(PolicyVersion version) throws IOException {
    if (loaded != version.number()) {
      try (TensorSource weights = learner.weights()) {
        sampler.load(weights);
      }
      loaded = version.number();
    }
  }

  @Override
  public void close() {
    sampler.close();
    decoder.close();
  }
}
