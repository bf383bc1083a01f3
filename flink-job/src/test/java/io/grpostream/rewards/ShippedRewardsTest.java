package io.grpostream.rewards;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each shipped reward function on completions scored by hand. */
class ShippedRewardsTest {
  private static final OptionalDouble UNSCORABLE = OptionalDouble.empty();

  private static OptionalDouble score(
      RewardFunctionFactory factory, Map<String, String> options, String completion) {
    return factory.create(options).score(input(completion, Map.of("answer", "722"), 4, false));
  }

  private static RewardFunction.Input input(
      String completion, Map<String, String> fields, int tokens, boolean truncated) {
    return new RewardFunction.Input("437+285=", completion, fields, tokens, truncated);
  }

  @ParameterizedTest
  @CsvSource({
    "722, 1",
    "' 722\n', 1",
    "722., 0",
    "'', 0",
    "0722, 0",
    "７２２, 0",
  })
  void exactAnswerComparesTheWholeText(String completion, double reward) {
    assertEquals(OptionalDouble.of(reward), score(new ExactAnswer(), Map.of(), completion));
  }

  @Test
  void exactAnswerFollowsItsOptions() {
    RewardFunctionFactory exact = new ExactAnswer();
    assertEquals(OptionalDouble.of(0), score(exact, Map.of("trim", "false"), "722 "));
    RewardFunction.Input shouted = input("PARIS", Map.of("answer", "Paris"), 2, false);
    assertEquals(OptionalDouble.of(0), exact.create(Map.of()).score(shouted));
    assertEquals(OptionalDouble.of(1), exact.create(Map.of("ignore-case", "true")).score(shouted));
    RewardFunction.Input cutOff = input("722", Map.of("answer", "722"), 4, true);
    assertEquals(OptionalDouble.of(0), exact.create(Map.of()).score(cutOff));
    assertEquals(
        OptionalDouble.of(1), exact.create(Map.of("require-finished", "false")).score(cutOff));
  }

  @Test
  void withoutAnAnswerNothingCanBeCompared() {
    RewardFunction.Input noAnswer = input("722", Map.of(), 4, false);
    RewardFunction.Input inWords = input("722", Map.of("answer", "722 euros"), 4, false);
    assertEquals(UNSCORABLE, new ExactAnswer().create(Map.of()).score(noAnswer));
    assertEquals(UNSCORABLE, new NumberInText().create(Map.of()).score(noAnswer));
    assertEquals(UNSCORABLE, new NumberInText().create(Map.of()).score(inWords));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "17 + 25 = 42             | 17    | 42",
        "The answer is 42.        | 42    | 42",
        "12-5                     | 12    | 5",
        "from -3 to +4            | -3    | 4",
        "x-5                      | 5     | 5",
        "(-5)                     | -5    | -5",
        "\u22125 degrees          | -5    | -5",
        "1,234,567 of 12,34       | 1234567 | 34",
        "1,2345                   | 1     | 2345",
        "costs 3.50 or .5         | 3.5   | 0.5",
        "v1.2.3                   | 1.2   | 3",
        "007                      | 7     | 7",
      })
  void numbersAreFoundInText(String text, BigDecimal first, BigDecimal last) {
    assertEquals(first, found(text, true));
    assertEquals(last, found(text, false));
  }

  private static BigDecimal found(String text, boolean first) {
    BigDecimal number = Objects.requireNonNull(NumberInText.find(text, first)).stripTrailingZeros();
    return number.scale() < 0 ? number.setScale(0) : number;
  }

  @ParameterizedTest
  @CsvSource({
    "last, 437+285=722, 1",
    "first, 437+285=722, 0",
    "first, 722 = 437+285, 1",
    "last, it is 722.00, 1",
    "last, no number, 0",
    "last, seven hundred 7220, 0",
  })
  void numberInTextComparesByValue(String which, String completion, double reward) {
    assertEquals(
        OptionalDouble.of(reward), score(new NumberInText(), Map.of("which", which), completion));
  }

  @Test
  void numberInTextMayRequireAFinishedCompletion() {
    RewardFunction.Input cutOff = input("= 722", Map.of("answer", "722"), 4, true);
    NumberInText number = new NumberInText();
    assertEquals(OptionalDouble.of(1), number.create(Map.of()).score(cutOff));
    assertEquals(
        OptionalDouble.of(0), number.create(Map.of("require-finished", "true")).score(cutOff));
  }

  @Test
  void numberInTextTakesTextOfAnyLength() {
    String digits = "7".repeat(2_000_000);
    String thousands = "1" + ",000".repeat(500_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          assertEquals(OptionalDouble.of(0), score(new NumberInText(), Map.of(), digits));
          assertEquals(OptionalDouble.of(0), score(new NumberInText(), Map.of(), thousands));
        });
  }

  @ParameterizedTest
  @CsvSource({
    "find, so 12 it is, 0.5",
    "full, so 12 it is, 0",
    "full, 12, 0.5",
    "find, none, 0",
  })
  void regularExpressionGivesItsValueForAMatch(String match, String completion, double reward) {
    Map<String, String> options = Map.of("pattern", "\\d+", "match", match, "value", "0.5");
    assertEquals(OptionalDouble.of(reward), score(new RegularExpression(), options, completion));
  }

  @Test
  void anExponentialPatternGivesUp() {
    RewardFunction evil = new RegularExpression().create(Map.of("pattern", "^(a+)+\\1c$"));
    RewardFunction.Input text = input("a".repeat(60) + "b", Map.of(), 60, false);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> assertThrows(IllegalStateException.class, () -> evil.score(text)));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "100, 0", "101, -0.05", "110, -0.5", "120, -1", "500, -1"})
  void lengthPenalizesFromTargetToMax(int tokens, double reward) {
    RewardFunction length = new Length().create(Map.of("target", "100", "max", "120"));
    double scored = length.score(input("", Map.of(), tokens, false)).orElseThrow();
    assertEquals(reward, scored, 1e-12);
  }
}
