package io.grpostream.local;

import io.grpostream.config.RunConfig;
import io.grpostream.job.PolicyFactory;
import io.grpostream.job.RunPlace;
import io.grpostream.kafka.CommittedTopics;
import io.grpostream.kafka.TopicDump;
import io.grpostream.kafka.TopicReader;
import io.grpostream.ledger.LedgerAudit;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.Rejection;
import io.grpostream.records.TrainingStep;
import io.grpostream.report.Report;
import io.grpostream.report.RunFolder;
import io.grpostream.report.RunSummary;
import io.grpostream.rules.LedgerChain;
import io.grpostream.store.PolicyStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;
import org.apache.kafka.common.IsolationLevel;

/**
 * Writes what a run leaves behind, after its job has ended and everything is committed: ledger,
 * topics, policy, summary, report.
 */
final class RunResults {
  private final RunConfig config;
  private final RunFolder folder;
  private final RunPlace place;

  RunResults(RunConfig config, RunFolder folder, RunPlace place) {
    this.config = config;
    this.folder = folder;
    this.place = place;
  }

  /**
   * What only the run itself could measure.
   *
   * @param checkpoints completed ones
   * @param startupSeconds from the start of the JVM until the job ran
   * @param stopped someone ended the run before its last step
   * @param sinceJvmStart seconds, now
   */
  record Measured(
      long checkpoints, double startupSeconds, boolean stopped, DoubleSupplier sinceJvmStart) {}

  RunSummary write(HeldOut heldOut, Measured measured) throws IOException, InterruptedException {
    List<TrainingStep> steps = ledger();
    Long wanted = config.run().steps();
    if (wanted != null && !measured.stopped() && steps.size() != wanted) {
      throw new IllegalStateException(
          "the ledger has " + steps.size() + " committed steps; run.steps is " + wanted);
    }
    folder.writeSteps(steps);
    dumpTopics();
    PolicyVersion last = lastVersion(steps);
    try (TensorSource weights = PolicyStore.open(last.uri(), last.sha256())) {
      PolicyFactory.of(config).write(folder.policyFolder(), weights);
    }
    heldOut.measureLast(last);
    RunSummary summary = summary(steps, last, heldOut, measured);
    folder.writeSummary(summary);
    Report.write(folder);
    return summary;
  }

  /** The committed ledger, checked to be one unbroken chain. */
  private List<TrainingStep> ledger() {
    List<TrainingStep> steps = new ArrayList<>();
    LedgerChain chain = new LedgerChain(0);
    new CommittedTopics(place.kafka(), place.topics())
        .trainingSteps(
            step -> {
              chain.append(LedgerAudit.link(step));
              steps.add(step);
            });
    return steps;
  }

  private void dumpTopics() throws IOException {
    Path topics = Files.createDirectories(folder.topicsFolder());
    TopicDump dump = new TopicDump(place.kafka(), place.topics());
    dump.prompts(topics.resolve("prompts.avro"));
    dump.rollouts(topics.resolve("rollouts.avro"));
    dump.trainingSteps(topics.resolve("training-steps.avro"));
    dump.rejected(folder.rejectedFile());
  }

  /** The version of the last committed step; version 0 if there is none. */
  private PolicyVersion lastVersion(List<TrainingStep> steps) {
    List<PolicyVersion> versions = new ArrayList<>();
    try (TopicReader<PolicyVersion> reader =
        TopicReader.policyVersions(place.kafka(), place.topics(), IsolationLevel.READ_COMMITTED)) {
      reader.readToEnd(
          version -> {
            if (version.run().equals(place.run())) {
              versions.add(version);
            }
          });
    }
    String sha256 =
        steps.isEmpty()
            ? versions.get(0).sha256()
            : steps.get(steps.size() - 1).determined().sha256();
    return versions.stream()
        .filter(version -> version.number() == steps.size() && version.sha256().equals(sha256))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "version " + steps.size() + " is in the ledger, but was never announced"));
  }

  private long rejected() {
    long[] count = {0};
    try (TopicReader<Rejection> reader =
        TopicReader.rejected(place.kafka(), place.topics(), IsolationLevel.READ_COMMITTED)) {
      reader.readToEnd(rejection -> count[0]++);
    }
    return count[0];
  }

  private RunSummary summary(
      List<TrainingStep> steps, PolicyVersion last, HeldOut heldOut, Measured measured) {
    double stepsPerSecond =
        steps.isEmpty()
            ? Double.NaN
            : Pace.stepsPerSecond(steps.get(0), steps.get(steps.size() - 1));
    return new RunSummary(
        steps.size(),
        config.run().seed(),
        heldOut.accuracyBefore(),
        heldOut.accuracyAfter(),
        heldOut.n(),
        rejected(),
        steps.stream().mapToLong(step -> step.observed().staleness()).max().orElse(0),
        measured.checkpoints(),
        measured.startupSeconds(),
        measured.sinceJvmStart().getAsDouble(),
        stepsPerSecond,
        steps.stream().mapToLong(step -> step.observed().sampledTokens()).sum(),
        last.sha256(),
        folder.path().toString());
  }
}
