package io.grpostream.replay;

import io.grpostream.kafka.CommittedTopics;
import io.grpostream.kafka.TopicDump;
import io.grpostream.kafka.TopicFiles;
import io.grpostream.records.Group;
import io.grpostream.records.RawRecord;
import io.grpostream.report.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What a run has read and sampled, where it still is. */
sealed interface RecordedTopics {
  /** Gives the prompts, in the topic's order. */
  void prompts(Consumer<RawRecord> consumer);

  /** Gives the scored groups, in the topic's order. */
  void rollouts(Consumer<Group> consumer);

  /** Writes the rejected records to a container file, without which no ledger check is complete. */
  void copyRejected(Path target) throws IOException;

  /** As container files in the run's folder. */
  record InFolder(RunFolder folder) implements RecordedTopics {
    @Override
    public void prompts(Consumer<RawRecord> consumer) {
      TopicFiles.prompts(folder.topicsFolder().resolve("prompts.avro"), consumer);
    }

    @Override
    public void rollouts(Consumer<Group> consumer) {
      TopicFiles.rollouts(folder.topicsFolder().resolve("rollouts.avro"), consumer);
    }

    @Override
    public void copyRejected(Path target) throws IOException {
      if (Files.exists(folder.rejectedFile())) {
        Files.copy(folder.rejectedFile(), target);
      }
    }
  }

  /** On Kafka. */
  record OnKafka(CommittedTopics topics) implements RecordedTopics {
    @Override
    public void prompts(Consumer<RawRecord> consumer) {
      topics.prompts(consumer);
    }

    @Override
    public void rollouts(Consumer<Group> consumer) {
      topics.rollouts(consumer);
    }

    @Override
    public void copyRejected(Path target) {
      new TopicDump(topics.kafka(), topics.topics()).rejected(target);
    }
  }
}
