package io.grpostream.kafka;

import io.grpostream.policy.UserErrorException;

/** Makes the prompts topic where prompts come before any run. */
public final class PromptsTopic {
  private PromptsTopic() {}

  /**
   * Makes the topic, with the one partition that lockstep needs, unless it is there.
   *
   * @return whether it was made
   * @throws UserErrorException if no broker answers, or it refuses
   */
  public static boolean makeIfMissing(KafkaConnection kafka, String name) {
    try (KafkaAdmin admin = KafkaAdmin.open(kafka)) {
      return !admin.answer(admin.client().listTopics().names()).contains(name)
          && WantedTopic.prompts(name, 1).make(admin);
    }
  }
}
