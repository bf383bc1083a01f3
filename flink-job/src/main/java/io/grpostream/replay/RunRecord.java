package io.grpostream.replay;

import io.grpostream.config.ConfigFile;
import io.grpostream.config.RunConfig;
import io.grpostream.kafka.CommittedTopics;
import io.grpostream.ledger.LedgerAudit;
import io.grpostream.ledger.LedgerSource;
import io.grpostream.manifest.Manifest;
import io.grpostream.policy.UserErrorException;
import io.grpostream.records.TrainingStep.Determined;
import io.grpostream.report.RunFolder;
import io.grpostream.rules.LedgerChain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a run has left of itself.
 *
 * @param folder its folder
 * @param config its configuration
 * @param manifest what decided its bits; empty if it left no manifest
 * @param steps its ledger, at least one step, an unbroken chain
 * @param topics what it has read and sampled
 */
public record RunRecord(
    RunFolder folder,
    RunConfig config,
    Optional<Manifest> manifest,
    List<Determined> steps,
    RecordedTopics topics) {
  /**
   * Reads a record; rollouts and prompts are left where they are.
   *
   * @param kafka where its topics are; empty if they are in the folder
   * @throws UserErrorException if there is no run, or its ledger is empty or broken
   */
  public static RunRecord of(Path path, Optional<CommittedTopics> kafka) throws IOException {
    RunFolder folder = RunFolder.reopen(path);
    if (kafka.isEmpty() && !Files.isRegularFile(folder.stepsFile())) {
      throw new UserErrorException(
          path
              + " has no steps.jsonl; give the folder of a run that has ended, or"
              + " --bootstrap-servers for one whose topics are on Kafka");
    }
    LedgerSource ledger =
        kafka.isPresent() ? new LedgerSource.OnTopic(kafka.get()) : LedgerSource.of(path);
    RecordedTopics topics =
        kafka.isPresent()
            ? new RecordedTopics.OnKafka(kafka.get())
            : new RecordedTopics.InFolder(folder);
    return new RunRecord(
        folder,
        ConfigFile.load(folder.configFile(), List.of()),
        Manifest.read(folder.manifestFile()),
        steps(path, ledger),
        topics);
  }

  private static List<Determined> steps(Path path, LedgerSource ledger) throws IOException {
    List<Determined> steps = new ArrayList<>();
    LedgerChain chain = new LedgerChain(0);
    try {
      ledger.forEachStep(
          step -> {
            chain.append(LedgerAudit.link(step));
            steps.add(step.determined());
          });
    } catch (IllegalStateException e) {
      throw new UserErrorException(
          "the ledger of %s is no unbroken chain (%s); ./grpo ledger check says more"
              .formatted(path, e.getMessage()),
          e);
    }
    if (steps.isEmpty()) {
      throw new UserErrorException(
          "the ledger of " + path + " has no step; there is nothing to replay");
    }
    return List.copyOf(steps);
  }

  /** The run's id. */
  public String run() {
    String name = config.run().name();
    return manifest
        .map(Manifest::run)
        .orElse(name == null ? String.valueOf(folder.path().getFileName()) : name);
  }

  /** Its configuration with these keys changed. */
  public RunConfig with(List<String> overrides) {
    return ConfigFile.load(folder.configFile(), overrides);
  }
}
