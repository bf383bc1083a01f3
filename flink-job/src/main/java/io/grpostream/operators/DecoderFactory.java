package io.grpostream.operators;

import io.grpostream.kafka.PromptDecoder;
import java.io.Serializable;

/** Makes the prompt decoder on the TaskManager, where the checkpoint's tokenizer is. */
@FunctionalInterface
public interface DecoderFactory extends Serializable {
  PromptDecoder create();
}
