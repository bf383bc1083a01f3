package io.grpostream.operators;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.training.Trainer;
import io.grpostream.records.Group;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.TrainingStep;
import io.grpostream.rules.BatchAssembly;
import io.grpostream.rules.Lineage;
import io.grpostream.rules.RestorableVersions;
import io.grpostream.rules.VersionDemand;
import io.grpostream.store.PolicyStore;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.graph.StreamConfig;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.tasks.StreamTask;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Trains the policy: one batch at a time, in order of n, beside the task thread; each trained batch
 * makes the next policy version, which is complete in the store before anything of it leaves this
 * process.
 *
 * <p>First input: groups. Second input: the id of each new lineage. State: weights, moments and
 * {@link LearnerProgress} as of the last finished update, and the groups that wait, those of the
 * batch being trained included.
 */
public final class LearnerOperator extends AbstractStreamOperator<TrainingStep>
    implements TwoInputStreamOperator<Group, String, TrainingStep> {
  /** The versions announced. */
  public static final OutputTag<PolicyVersion> VERSIONS =
      new OutputTag<>("policy-versions", TypeInformation.of(PolicyVersion.class));

  /** The one key of the learner's inputs and state. */
  public static final Integer KEY = 0;

  private final LearnerSettings settings;
  private final TrainerFactory trainers;
  private final PolicyStore store;
  private final Handover handover;

  private transient BatchAssembly<Group> assembly;
  private transient ListState<Group> waitingState;
  private transient ListState<LearnerProgress> progressState;
  private transient LearnerTensors tensors;
  private transient Trainer trainer;
  private transient Worker worker;
  private transient LearnerGauges gauges;
  private transient SnapshotGauges snapshots;
  private transient long setUpNanos;

  private transient BatchTraining training;
  private transient RestorableVersions restorable;
  private transient VersionPublisher publisher;

  /** Changed by the task thread, read by the metrics' thread too. */
  private final AtomicInteger waitingGroups = new AtomicInteger();

  private transient @Nullable Lineage lineage;
  private transient boolean announced;
  private transient long idleSinceNanos;

  public LearnerOperator(
      LearnerSettings settings, TrainerFactory trainers, PolicyStore store, Handover handover) {
    this.settings = settings;
    this.trainers = trainers;
    this.store = store;
    this.handover = handover;
  }

  @Override
  protected void setup(
      StreamTask<?, ?> task, StreamConfig config, Output<StreamRecord<TrainingStep>> out) {
    setUpNanos = System.nanoTime();
    super.setup(task, config, out);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    waitingState =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("waiting-groups", TypeInformation.of(Group.class)));
    progressState =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("progress", TypeInformation.of(LearnerProgress.class)));
    LearnerProgress progress = LearnerProgress.START;
    for (LearnerProgress restored : progressState.get()) {
      progress = restored;
    }
    assembly = new BatchAssembly<>(settings.batches(), Group::number, progress.nextBatch());
    for (Group group : waitingState.get()) {
      assembly.add(group);
      waitingGroups.incrementAndGet();
    }
    setCurrentKey(KEY);
    worker = Worker.of(this, "learner");
    Seat seat = Seat.of(getRuntimeContext());
    trainer = worker.makes(() -> trainers.create(seat));
    training = new BatchTraining(settings, trainer, progress);
    restorable = new RestorableVersions(retainedCheckpoints());
    publisher = worker.owns(new VersionPublisher(settings, store, trainer, handover, restorable));
    snapshots = new SnapshotGauges(getMetricGroup());
    tensors = worker.owns(new LearnerTensors(context.getKeyedStateStore(), snapshots));
    if (context.isRestored()) {
      restorable.restored(progress.nextBatch());
      tensors.restoreInto(trainer, progress.optimizerSteps());
      snapshots.restored(setUpNanos);
    }
  }

  private int retainedCheckpoints() {
    return getContainingTask()
        .getEnvironment()
        .getTaskManagerInfo()
        .getConfiguration()
        .get(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS);
  }

  @Override
  public void open() throws Exception {
    super.open();
    gauges = new LearnerGauges(getMetricGroup(), waitingGroups::get);
    idleSinceNanos = System.nanoTime();
  }

  @Override
  public void processElement1(StreamRecord<Group> element) {
    assembly.add(element.getValue());
    waitingGroups.incrementAndGet();
    workNext();
  }

  @Override
  public void processElement2(StreamRecord<String> element) {
    lineage = new Lineage(element.getValue(), settings.rule().maxStaleness());
    for (PolicyVersion version : training.progress().versions()) {
      lineage.add(new Lineage.Version(version.number(), version.sha256()));
    }
    announced = false;
    workNext();
  }

  /**
   * Starts the next piece of work there is: the base version, the announcements of a new lineage,
   * or a complete batch.
   */
  private void workNext() {
    Lineage living = lineage;
    if (living == null || worker.busy()) {
      return;
    }
    if (training.progress().versions().isEmpty()) {
      worker.run(stop -> publisher.publish("", 0, ""), this::startWith);
    } else if (!announced) {
      Set<Long> demanded = VersionDemand.of(settings.schedule(), settings.rule(), assembly);
      worker.run(
          stop -> publisher.putBack(training.progress(), demanded),
          versions -> announceAll(living, versions));
    } else {
      Optional<List<Group>> batch = assembly.ready();
      if (batch.isPresent()) {
        refuseForeign(living, batch.get());
        double waited = secondsSince(idleSinceNanos);
        worker.compute(
            stop -> train(batch.get(), stop),
            seconds -> publish(living, batch.get(), waited, seconds));
      }
    }
  }

  private static void refuseForeign(Lineage living, List<Group> batch) {
    for (Group group : batch) {
      if (!living.mayTrain(group.policy().number(), group.policy().sha256())) {
        throw new IllegalStateException(
            "group "
                + group.number()
                + " was sampled by version "
                + group.policy().number()
                + " ("
                + group.policy().sha256()
                + "), which is not among the versions this lineage may train: "
                + living.kept());
      }
    }
  }

  private void startWith(PolicyVersion base) {
    training.started(base);
    if (lineage != null) {
      announced = true;
      announceNew(lineage, base);
    }
    workNext();
  }

  private void announceAll(Lineage living, List<PolicyVersion> versions) {
    if (living != lineage) {
      workNext();
      return;
    }
    announced = true;
    versions.forEach(
        version -> output.collect(VERSIONS, new StreamRecord<>(version.in(living.id()))));
    workNext();
  }

  private void announceNew(Lineage living, PolicyVersion version) {
    living.add(new Lineage.Version(version.number(), version.sha256()));
    output.collect(VERSIONS, new StreamRecord<>(version.in(living.id())));
  }

  /** On the worker's thread: the updates that this batch has not had yet; how long they took. */
  private double train(List<Group> batch, StopSignal stop) throws Exception {
    long started = System.nanoTime();
    training.train(batch, stop);
    return secondsSince(started);
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  /**
   * Makes the version of a trained batch: a job of its own, so that the thread that trained is free
   * when samplers begin to compute.
   */
  private void publish(Lineage living, List<Group> batch, double waited, double trained) {
    LearnerProgress progress = training.progress();
    long number = progress.nextBatch() + 1;
    String parent = progress.newestVersion().sha256();
    long began = System.nanoTime();
    worker.run(
        stop -> publisher.publish(living.id(), number, parent),
        version -> {
          double published = secondsSince(began);
          StepTimes times = new StepTimes(waited, trained, published, System.currentTimeMillis());
          finish(living, batch, version, times);
        });
  }

  private void finish(Lineage living, List<Group> batch, PolicyVersion made, StepTimes times) {
    TrainingStep step = training.finish(batch, made, times);
    assembly.finish();
    waitingGroups.addAndGet(-batch.size());
    idleSinceNanos = System.nanoTime();
    gauges.show(step);
    output.collect(new StreamRecord<>(step));
    announceNew(living, made);
    workNext();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    long began = System.nanoTime();
    super.snapshotState(context);
    setCurrentKey(KEY);
    synchronized (trainer.stateLock()) {
      LearnerProgress progress = training.progress();
      progressState.update(List.of(progress));
      restorable.started(context.getCheckpointId(), progress.nextBatch());
      tensors.snapshot(context.getCheckpointId(), trainer.lease());
    }
    waitingState.update(assembly.waiting());
    snapshots.synchronousPart(began);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    tensors.ended(checkpointId);
    restorable.completed(checkpointId);
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    super.notifyCheckpointAborted(checkpointId);
    tensors.ended(checkpointId);
    restorable.aborted(checkpointId);
  }

  @Override
  public void close() throws Exception {
    if (worker != null) {
      worker.close();
    }
    super.close();
  }
}
