package io.grpostream.kafka;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/** Whether a reader of committed records has to wait on any of the exactly-once topics. */
public record OpenTransactions(KafkaConnection kafka, Topics topics) {
  /** Whether one is open. */
  public boolean any() throws Exception {
    return !ends(IsolationLevel.READ_COMMITTED).equals(ends(IsolationLevel.READ_UNCOMMITTED));
  }

  private Map<TopicPartition, Long> ends(IsolationLevel isolation) throws Exception {
    Map<TopicPartition, OffsetSpec> asked =
        List.of(topics.rollouts(), topics.trainingSteps(), topics.rejected()).stream()
            .collect(
                Collectors.toMap(
                    topic -> new TopicPartition(topic, 0), topic -> OffsetSpec.latest()));
    try (Admin admin = Admin.create(kafka.clientProperties())) {
      return admin
          .listOffsets(asked, new ListOffsetsOptions(isolation))
          .all()
          .get()
          .entrySet()
          .stream()
          .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().offset()));
    }
  }
}
