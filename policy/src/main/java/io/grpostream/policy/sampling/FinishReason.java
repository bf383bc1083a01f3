package io.grpostream.policy.sampling;

/** Why a completion ended. */
public enum FinishReason {
  /** A stop token was sampled; it is the last of the completion's token ids. */
  STOP_TOKEN,
  /** The text contains one of the stop strings. */
  STOP_STRING,
  /** The limit on new tokens was reached: the completion is truncated. */
  LENGTH
}
