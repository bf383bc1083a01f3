package io.grpostream.kafka;

import io.grpostream.records.Group;
import io.grpostream.records.Rejection;
import io.grpostream.records.TrainingStep;

/** The topics that are written exactly once, as those read them who keep their records. */
public final class TopicLogs {
  private TopicLogs() {}

  /** The scored groups. */
  public static TopicLog.Factory<Group> rollouts(KafkaConnection kafka, Topics topics) {
    return () -> new CommittedLog<>(kafka, topics.rollouts(), RolloutCodec::decode);
  }

  /** The ledger. */
  public static TopicLog.Factory<TrainingStep> trainingSteps(KafkaConnection kafka, Topics topics) {
    return () -> new CommittedLog<>(kafka, topics.trainingSteps(), TrainingStepCodec::decode);
  }

  /** The rejected records. */
  public static TopicLog.Factory<Rejection> rejected(KafkaConnection kafka, Topics topics) {
    return () -> new CommittedLog<>(kafka, topics.rejected(), RejectionCodec::decode);
  }
}
