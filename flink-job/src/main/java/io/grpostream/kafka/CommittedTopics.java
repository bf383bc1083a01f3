package io.grpostream.kafka;

import io.grpostream.records.Group;
import io.grpostream.records.RawRecord;
import io.grpostream.records.Rejection;
import io.grpostream.records.TrainingStep;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.IsolationLevel;

/**
 * A pipeline's topics, each read once from its beginning to where it ends now: committed records
 * only.
 *
 * @param kafka where
 * @param topics what the topics are called
 */
public record CommittedTopics(KafkaConnection kafka, Topics topics) {
  /** The prompts as they stand in Kafka. */
  public void prompts(Consumer<RawRecord> consumer) {
    read(TopicReader.prompts(kafka, topics, IsolationLevel.READ_COMMITTED), consumer);
  }

  /** The scored groups. */
  public void rollouts(Consumer<Group> consumer) {
    read(TopicReader.rollouts(kafka, topics, IsolationLevel.READ_COMMITTED), consumer);
  }

  /**
   * The ledger, by step: a record that had to be written again after an outage may stand behind
   * later ones.
   */
  public void trainingSteps(Consumer<TrainingStep> consumer) {
    List<TrainingStep> steps = new ArrayList<>();
    read(TopicReader.trainingSteps(kafka, topics, IsolationLevel.READ_COMMITTED), steps::add);
    steps.sort(Comparator.comparingLong(step -> step.determined().step()));
    steps.forEach(consumer);
  }

  /** How many offsets at the beginning of the ledger's topic are gone. */
  public long deletedTrainingSteps() {
    try (TopicReader<TrainingStep> reader =
        TopicReader.trainingSteps(kafka, topics, IsolationLevel.READ_COMMITTED)) {
      return reader.deleted();
    }
  }

  /** The rejected records. */
  public void rejected(Consumer<Rejection> consumer) {
    read(TopicReader.rejected(kafka, topics, IsolationLevel.READ_COMMITTED), consumer);
  }

  private static <T> void read(TopicReader<T> reader, Consumer<T> consumer) {
    try (reader) {
      reader.readToEnd(consumer);
    }
  }
}
