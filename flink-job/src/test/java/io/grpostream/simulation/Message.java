package io.grpostream.simulation;

import java.util.List;

/** What travels between tasks. */
sealed interface Message {
  /** A prompt in Kafka. */
  record Prompt(long offset, String text, boolean decodable) {}

  /** A prompt with its number. */
  record NumberedPrompt(long number, Prompt prompt) {}

  /** Everything before it belongs to the checkpoint, nothing after it does. */
  record Barrier(long checkpoint) implements Message {}

  /** A life of the job starts. */
  record Start(String lineage) implements Message {}

  /** Prompts that decode together. */
  record Block(long number, List<NumberedPrompt> prompts) implements Message {}

  /** One completion. */
  record Answer(NumberedPrompt prompt, int index, long version, String hash, long content)
      implements Message {
    long number() {
      return prompt.number();
    }
  }

  /** The completions of one prompt. */
  record Group(List<Answer> answers) implements Message {
    Answer first() {
      return answers.get(0);
    }

    long number() {
      return first().number();
    }
  }
}
