package io.grpostream.cli;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.sampling.SamplingSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say how a completion is drawn and when it ends. */
final class SamplingOptions {
  private static final int USUAL_TOKENS = 128;

  @Option(names = "--greedy", description = "Take the likeliest token each time.")
  private boolean greedy;

  @Option(
      names = "--max-tokens",
      paramLabel = "N",
      description = "Most new tokens (default: 128, or as many as the model has positions for).")
  private @Nullable Integer maxTokens;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "1",
      description = "Divides the logits (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Draw from the K likeliest tokens; 0 is off (default).")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description = "Draw from the likeliest tokens that make up P; 1 is off (default).")
  private double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      defaultValue = "0",
      description = "Draw from tokens at least P times as likely as the likeliest (default: 0).")
  private double minP;

  @Option(
      names = "--repetition-penalty",
      paramLabel = "X",
      defaultValue = "1",
      description = "Makes tokens seen before less likely; 1 is off (default).")
  private double repetitionPenalty;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End where the text contains this; may be given several times.")
  private List<String> stop = List.of();

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "0",
      description = "The same seed gives the same completion (default: ${DEFAULT-VALUE}).")
  private long seed;

  /** How many tokens to make after so many of the prompt. */
  int newTokens(int promptTokens, int positions) {
    int most = maxTokens == null ? Math.min(USUAL_TOKENS, positions - promptTokens) : maxTokens;
    if (promptTokens == 0 || most < 1 || promptTokens + most > positions) {
      throw new UserErrorException(
          String.format(
              "--prompt has %d tokens; it must have at least 1, and with --max-tokens %d fit the"
                  + " model's %d positions",
              promptTokens, Math.max(1, most), positions));
    }
    return most;
  }

  /**
   * One completion by these options.
   *
   * @param newTokens the most it may have
   * @param stopTokenIds tokens that end it
   */
  SamplingSettings settings(int newTokens, List<Integer> stopTokenIds) {
    return new SamplingSettings(
        1,
        newTokens,
        temperature,
        greedy,
        topK,
        topP,
        minP,
        repetitionPenalty,
        stopTokenIds,
        stop,
        seed);
  }

  /** Refuses what makes no sense. */
  void check() {
    if (maxTokens != null) {
      require(maxTokens >= 1, "--max-tokens", maxTokens, "at least 1");
    }
    require(
        temperature > 0 && Double.isFinite(temperature),
        "--temperature",
        temperature,
        "above 0; --greedy takes the likeliest");
    require(topK >= 0, "--top-k", topK, "at least 0");
    require(topP > 0 && topP <= 1, "--top-p", topP, "in (0, 1]");
    require(minP >= 0 && minP < 1, "--min-p", minP, "in [0, 1)");
    require(
        repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
        "--repetition-penalty",
        repetitionPenalty,
        "above 0");
    require(stop.stream().noneMatch(String::isEmpty), "--stop", "empty", "some text");
  }

  private static void require(boolean holds, String option, Object value, String rule) {
    if (!holds) {
      throw new UserErrorException(option + " is " + value + "; it must be " + rule);
    }
  }
}
