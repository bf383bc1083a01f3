package io.grpostream.replay;

import io.grpostream.config.ConfigFile;
import io.grpostream.config.RunConfig;
import io.grpostream.job.PolicyFactory;
import io.grpostream.manifest.Manifest;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.records.TrainingStep;
import io.grpostream.report.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

/**
 * A run made of another's rollouts: the same until some step, and from there on learned by another
 * configuration. It has a folder and a ledger of its own.
 *
 * @param config the other configuration
 * @param at the first step that it learns by it
 * @param folder its own
 */
public record Fork(RunConfig config, long at, RunFolder folder) {
  /**
   * The keys that decide bits and differ.
   *
   * @throws UserErrorException if one of them decides what was sampled and scored: that is recorded
   */
  public static List<String> changedKeys(RunConfig recorded, RunConfig changed) {
    TreeSet<String> keys = new TreeSet<>(recorded.decidingKeys().keySet());
    keys.addAll(changed.decidingKeys().keySet());
    keys.removeIf(
        key -> Objects.equals(recorded.decidingKeys().get(key), changed.decidingKeys().get(key)));
    for (String key : keys) {
      boolean learning = key.startsWith("objective.") || key.startsWith("learner.");
      if (!learning || key.equals("learner.batch-groups")) {
        throw new UserErrorException(
            "--set "
                + key
                + " changes what was sampled or which groups make a batch; a fork learns recorded"
                + " rollouts, so change keys of objective or learner only, or start a new run");
      }
    }
    return List.copyOf(keys);
  }

  /**
   * Starts a fork's folder.
   *
   * @throws UserErrorException if the record has no such step, or the folder holds a run
   */
  public static Fork create(RunRecord record, RunConfig config, long at, Path out)
      throws IOException {
    if (at < 0 || at >= record.steps().size()) {
      throw new UserErrorException(
          "--at is %d; the record has steps 0 to %d".formatted(at, record.steps().size() - 1));
    }
    RunFolder folder = RunFolder.create(out);
    folder.writeConfig(ConfigFile.write(config));
    Manifest.of(config, String.valueOf(folder.path().getFileName()))
        .forked(new Manifest.Fork(record.folder().path().toString(), at))
        .write(folder.manifestFile());
    Files.createDirectories(folder.topicsFolder());
    record.topics().copyRejected(folder.rejectedFile());
    return new Fork(config, at, folder);
  }

  /** Adds a step to its ledger. */
  void add(TrainingStep step) throws IOException {
    folder.writeSteps(List.of(step));
  }

  /** Writes the policy that it ended in. */
  void end(TensorSource weights) throws IOException {
    PolicyFactory.of(config).write(folder.policyFolder(), weights);
  }
}
