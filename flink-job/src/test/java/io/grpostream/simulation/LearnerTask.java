package io.grpostream.simulation;

import io.grpostream.rules.BatchAssembly;
import io.grpostream.rules.LedgerChain;
import io.grpostream.rules.Lineage;
import io.grpostream.simulation.Checkpoint.LearnerState;
import io.grpostream.simulation.Message.Group;
import io.grpostream.simulation.Message.Start;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The learner and its worker, with the sinks for announcements and ledger chained behind it. */
final class LearnerTask implements Task {
  private final Scenario scenario;
  private final Job job;
  private final Random random;
  private final Inputs inputs;
  private final Announcer announcer;
  private final LedgerSink ledger;
  private final BatchAssembly<Group> assembly;
  private final List<String> history;
  private List<Lineage.Version> kept;
  private String weights;
  private int applied;
  private @Nullable Lineage lineage;
  private boolean announced;

  LearnerTask(
      Scenario scenario,
      Job job,
      Inputs inputs,
      Announcer announcer,
      LedgerSink ledger,
      LearnerState restored) {
    this.scenario = scenario;
    this.job = job;
    this.random = job.random();
    this.inputs = inputs;
    this.announcer = announcer;
    this.ledger = ledger;
    assembly = new BatchAssembly<>(scenario.batches(), Group::number, restored.nextBatch());
    restored.waiting().forEach(assembly::add);
    history = new ArrayList<>(restored.history());
    kept = restored.kept();
    weights = restored.weights();
    applied = restored.applied();
  }

  @Override
  public boolean canStep() {
    return inputs.canPoll() || canWork();
  }

  @Override
  public void step() {
    if (inputs.canPoll() && !(canWork() && random.nextBoolean())) {
      receive(inputs.poll());
    } else if (lineage != null) {
      work(lineage);
    }
  }

  private void receive(@Nullable Message message) {
    inputs.takeAligned().ifPresent(this::snapshot);
    if (message instanceof Start start) {
      boolean keepsOne = scenario.has(Bug.LEARNER_KEEPS_ONE_VERSION);
      lineage = new Lineage(start.lineage(), keepsOne ? -1 : scenario.maxStaleness());
      kept.forEach(lineage::add);
    } else if (message instanceof Group group) {
      job.invariants().grouped(group);
      assembly.add(group);
    }
  }

  private boolean canWork() {
    return lineage != null && (!announced || assembly.ready().isPresent());
  }

  /** The worker's next result: the restored versions announced, an update, or a finished batch. */
  private void work(Lineage living) {
    if (!announced) {
      announceKept(living);
      announced = true;
      return;
    }
    List<Group> batch = assembly.ready().orElseThrow();
    if (applied < scenario.minibatches().updates()) {
      batch.forEach(group -> refuseForeign(living, group));
      job.invariants().trains(batch, assembly.nextBatch(), history);
      weights =
          FakePolicy.update(weights, scenario.minibatches().groupsOf(inOrder(batch), applied));
      applied++;
      job.trace("update %d of batch %d makes %s", applied, assembly.nextBatch(), weights);
    } else {
      finish(living, batch);
    }
  }

  private static void refuseForeign(Lineage living, Group group) {
    if (!living.mayTrain(group.first().version(), group.first().hash())) {
      throw new IllegalStateException("the lineage may not train " + group);
    }
  }

  private List<Group> inOrder(List<Group> batch) {
    List<Group> groups = new ArrayList<>(batch);
    if (scenario.has(Bug.LEARNER_TRAINS_IN_ANY_ORDER)) {
      Collections.shuffle(groups, random);
    }
    return groups;
  }

  private void finish(Lineage living, List<Group> batch) {
    long step = assembly.nextBatch();
    String parent = history.get((int) step);
    history.add(weights);
    living.add(new Lineage.Version(step + 1, weights));
    kept = living.kept();
    ledger.add(
        new World.Step(
            new LedgerChain.Link(step, step + 1, weights, parent),
            batch.stream().map(LearnerTask::trained).toList()));
    applied = 0;
    assembly.finish();
    announce(living, kept.get(kept.size() - 1), scenario.batches().first(assembly.nextBatch()));
  }

  private static World.Trained trained(Group group) {
    return new World.Trained(
        group.number(),
        group.first().prompt().prompt().offset(),
        group.first().version(),
        group.first().hash());
  }

  /** All that samplers of the new life may need, oldest first. */
  private void announceKept(Lineage living) {
    List<Lineage.Version> versions = new ArrayList<>(kept);
    if (scenario.has(Bug.RESTORED_LEARNER_ANNOUNCES_NEWEST_ONLY)) {
      versions.subList(0, versions.size() - 1).clear();
    }
    if (scenario.has(Bug.RESTORED_LEARNER_ANNOUNCES_NEWEST_FIRST)) {
      Collections.reverse(versions);
    }
    versions.forEach(v -> announce(living, v, scenario.batches().first(v.number())));
  }

  private void announce(Lineage living, Lineage.Version version, long outcomes) {
    long ahead = scenario.has(Bug.LEARNER_ANNOUNCES_AHEAD) ? 1 : 0;
    announcer.send(
        new World.Announcement(living.id(), version.number(), version.sha256(), outcomes + ahead));
  }

  private void snapshot(long checkpoint) {
    announcer.flush();
    boolean forgets = scenario.has(Bug.LEARNER_FORGETS_UPDATES);
    job.checkpoint(checkpoint)
        .ofLearner(
            new LearnerState(
                assembly.nextBatch(),
                forgets ? 0 : applied,
                weights,
                kept,
                List.copyOf(history),
                assembly.waiting(),
                ledger.preCommit(checkpoint)));
  }

  /** Batches trained. */
  long trainedBatches() {
    return assembly.nextBatch();
  }

  /** Hash of every version of the living lineage, by number. */
  List<String> history() {
    return history;
  }
}
