package io.grpostream.ledger;

import io.grpostream.kafka.CommittedTopics;
import io.grpostream.kafka.TopicFiles;
import io.grpostream.policy.UserErrorException;
import io.grpostream.records.Coordinates;
import io.grpostream.records.Rejection;
import io.grpostream.records.TrainingStep;
import io.grpostream.report.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;

/** A place to read a ledger from, with what tells whether it accounts for every prompt. */
public sealed interface LedgerSource {
  /** Gives every step, in order. */
  void forEachStep(Consumer<TrainingStep> consumer) throws IOException;

  /** How many records at the ledger's beginning were deleted, as far as this place can tell. */
  long deletedSteps();

  /** Gives every rejected record, as far as this place knows them. */
  void forEachRejection(Consumer<Rejection> consumer) throws IOException;

  /** Gives the place of every record of the prompts topic; nothing if this place has no topic. */
  void forEachPrompt(Consumer<Coordinates> consumer);

  /**
   * The ledger in a run's folder, or in its steps.jsonl.
   *
   * @throws UserErrorException if there is none
   */
  static LedgerSource of(Path written) {
    Path absolute = written.toAbsolutePath();
    boolean isFile = Files.isRegularFile(absolute);
    Path folder = isFile ? Objects.requireNonNull(absolute.getParent()) : absolute;
    Path steps = isFile ? absolute : RunFolder.open(written).stepsFile();
    return new InFolder(steps, RunFolder.at(folder).rejectedFile());
  }

  /** The committed records of a Kafka. */
  record OnTopic(CommittedTopics topics) implements LedgerSource {
    @Override
    public void forEachStep(Consumer<TrainingStep> consumer) {
      topics.trainingSteps(consumer);
    }

    @Override
    public long deletedSteps() {
      return topics.deletedTrainingSteps();
    }

    @Override
    public void forEachRejection(Consumer<Rejection> consumer) {
      topics.rejected(consumer);
    }

    @Override
    public void forEachPrompt(Consumer<Coordinates> consumer) {
      topics.prompts(prompt -> consumer.accept(prompt.at()));
    }
  }

  /** What a run has left as files. */
  record InFolder(Path steps, Path rejected) implements LedgerSource {
    @Override
    public void forEachStep(Consumer<TrainingStep> consumer) throws IOException {
      RunFolder.forEachStep(steps, consumer);
    }

    @Override
    public long deletedSteps() {
      return 0;
    }

    @Override
    public void forEachRejection(Consumer<Rejection> consumer) throws IOException {
      if (Files.exists(rejected)) {
        TopicFiles.rejected(rejected, consumer);
      }
    }

    @Override
    public void forEachPrompt(Consumer<Coordinates> consumer) {}
  }
}
