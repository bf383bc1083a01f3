package io.grpostream.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.grpostream.config.RunConfig;
import io.grpostream.kafka.TopicRange;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.PolicyHash;
import io.grpostream.report.RunJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What decides a run's bits beside its prompts: {@code manifest.json} in the run's folder, one
 * object.
 *
 * @param run the run's id
 * @param configSha256 hash of the keys that decide bits
 * @param configuration those keys and their values
 * @param checkpoint the base checkpoint
 * @param libraries versions by name
 * @param threads torch threads
 * @param processor what the kernels are chosen by
 * @param topics what the topics held when this was written
 * @param fork what the run was forked from; null for one that sampled for itself
 * @param resumed each time that the run was resumed, oldest first; all else is as of the last
 */
public record Manifest(
    String run,
    String configSha256,
    Map<String, String> configuration,
    Base checkpoint,
    Map<String, String> libraries,
    Threads threads,
    Processor processor,
    List<TopicRange> topics,
    @Nullable Fork fork,
    List<Resumption> resumed) {
  /**
   * The base checkpoint.
   *
   * @param folder where it is
   * @param sha256 its policy hash; without adapters that is version 0's too
   */
  public record Base(String folder, String sha256) {}

  /**
   * Torch threads.
   *
   * @param rollout of each subtask that samples
   * @param learner of the learner
   */
  public record Threads(int rollout, int learner) {}

  /**
   * Where a fork leaves another run.
   *
   * @param of the other run's folder
   * @param at the first step that is its own
   */
  public record Fork(String of, long at) {}

  /**
   * Where a run went on.
   *
   * @param from address of the savepoint or checkpoint
   * @param changed what may change bits and was otherwise before: recorded before, here after
   */
  public record Resumption(String from, List<ManifestDiff.Difference> changed) {}

  /**
   * That of a run which starts on this machine. Reads the whole checkpoint for its hash, a piece at
   * a time, and loads no native library.
   */
  public static Manifest of(RunConfig config, String run) throws IOException {
    return new Manifest(
        run,
        config.decidingSha256(),
        config.decidingKeys(),
        base(config.policy().checkpoint()),
        Libraries.versions(),
        new Threads(config.rollout().threads(), config.learner().threads()),
        Processor.here(),
        List.of(),
        null,
        List.of());
  }

  private static Base base(Path folder) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return new Base(folder.toString(), PolicyHash.sha256(checkpoint.weights()));
    }
  }

  /** The same, with what the topics hold. */
  public Manifest with(List<TopicRange> ranges) {
    return with(ranges, fork, resumed);
  }

  /** The same, of a fork. */
  public Manifest forked(Fork from) {
    return with(topics, from, resumed);
  }

  /**
   * The same, of a run that goes on.
   *
   * @param before its manifest until now
   * @param from address of the savepoint or checkpoint
   */
  public Manifest resuming(Manifest before, String from) {
    List<Resumption> all = new ArrayList<>(before.resumed);
    all.add(new Resumption(from, ManifestDiff.between(before, this)));
    return with(topics, before.fork, all);
  }

  private Manifest with(
      List<TopicRange> ranges, @Nullable Fork from, List<Resumption> resumptions) {
    return new Manifest(
        run,
        configSha256,
        configuration,
        checkpoint,
        libraries,
        threads,
        processor,
        ranges,
        from,
        resumptions);
  }

  public void write(Path file) throws IOException {
    Files.writeString(file, RunJson.write(this) + "\n");
  }

  /**
   * Reads one back; empty if the run has left none.
   *
   * @throws UserErrorException if the file is not a manifest
   */
  public static Optional<Manifest> read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(RunJson.read(Files.readString(file), Manifest.class));
    } catch (JsonProcessingException e) {
      throw new UserErrorException(
          file
              + " is not a manifest ("
              + e.getOriginalMessage()
              + "); it is damaged, or of another version of grpo-stream",
          e);
    }
  }
}
