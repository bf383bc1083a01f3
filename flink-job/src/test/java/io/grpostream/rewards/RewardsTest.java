package io.grpostream.rewards;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpostream.policy.UserErrorException;
import io.grpostream.rewards.Rewards.Spec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The configured set of reward functions: look-up, errors, failures. */
class RewardsTest {
  private static final Rewards.FailureListener NO_FAILURE =
      (index, cause) -> {
        throw new AssertionError("function " + index + " failed", cause);
      };

  @TempDir static Path plugin;
  private static MisbehavingPlugin misbehaving;

  @BeforeAll
  static void addThePlugin() throws IOException {
    misbehaving = new MisbehavingPlugin(plugin);
  }

  @AfterAll
  static void removeThePlugin() throws IOException {
    misbehaving.close();
  }

  private static RewardFunction.Input completion(String text) {
    return new RewardFunction.Input("437+285=", text, Map.of("answer", "722"), 4, false);
  }

  private static List<String> problemsOf(Spec... specs) {
    UserErrorException e = assertThrows(UserErrorException.class, () -> Rewards.of(List.of(specs)));
    return String.valueOf(e.getMessage()).lines().toList();
  }

  @Test
  void scoresInTheOrderOfTheConfiguration() {
    Rewards rewards =
        Rewards.of(
            List.of(
                new Spec("length", -0.1, Map.of("target", "0", "max", "8")),
                new Spec("exact-answer", 1, Map.of()),
                new Spec("regular-expression", 0.5, Map.of("pattern", "^\\d+$", "value", "2"))));
    assertEquals(List.of("length", "exact-answer", "regular-expression"), rewards.names());
    assertArrayEquals(
        new double[] {-0.5, 1, 2}, rewards.score(completion("722"), NO_FAILURE), 1e-12);
    assertArrayEquals(
        new double[] {-0.5, 0, 2}, rewards.score(completion("723"), NO_FAILURE), 1e-12);
    assertEquals(0.05 + 1 + 1, rewards.combine(new double[] {-0.5, 1, 2}), 1e-12);
    assertEquals(0.05 + 1, rewards.combine(new double[] {-0.5, Double.NaN, 2}), 1e-12);
    assertEquals(Double.NaN, rewards.combine(new double[] {Double.NaN, Double.NaN, Double.NaN}));
  }

  @Test
  void unscorableIsNotANumberAndNoFailure() {
    Rewards rewards = Rewards.of(List.of(new Spec("exact-answer", 1, Map.of())));
    RewardFunction.Input noAnswer = new RewardFunction.Input("p", "c", Map.of(), 1, false);
    assertArrayEquals(new double[] {Double.NaN}, rewards.score(noAnswer, NO_FAILURE));
  }

  @Test
  void reportsEverythingThatIsWrong() {
    assertEquals(
        List.of(
            "rewards.functions[0].weight is NaN; it must be a finite number",
            "rewards.functions[0] (exact-answer): option trim is yes; it must be true or false",
            "rewards.functions[0] (exact-answer): option trimm is unknown; it takes ignore-case,"
                + " require-finished, trim",
            "rewards.functions[1].name is exact; it must be one of exact-answer, length,"
                + " misbehaving, number-in-text, regular-expression",
            "rewards.functions[2] (length): option target is -1; it must be a whole number of at"
                + " least 0",
            "rewards.functions[2] (length): option max is missing; give it a value",
            "rewards.functions[3] (regular-expression): option pattern is (; it must be a regular"
                + " expression of java.util.regex: Unclosed group near index 1",
            "rewards.functions[3] (regular-expression): option value is Infinity; it must be a"
                + " finite number",
            "rewards.functions[4] (length): option max is 5; it must be above target, which is 5",
            "rewards.functions[5] (number-in-text): option which is middle; it must be first or"
                + " last"),
        problemsOf(
            new Spec("exact-answer", Double.NaN, Map.of("trim", "yes", "trimm", "true")),
            new Spec("exact", 1, Map.of()),
            new Spec("length", 1, Map.of("target", "-1")),
            new Spec("regular-expression", 1, Map.of("pattern", "(", "value", "Infinity")),
            new Spec("length", 1, Map.of("target", "5", "max", "5")),
            new Spec("number-in-text", 1, Map.of("which", "middle"))));
  }

  @Test
  void needsAtLeastOneFunction() {
    assertEquals(
        List.of(
            "rewards.functions is empty; name at least one of exact-answer, length, misbehaving,"
                + " number-in-text, regular-expression"),
        problemsOf());
  }

  @Test
  void aFactoryThatThrowsAnythingIsAUserError() {
    assertEquals(
        List.of("rewards.functions[0] (misbehaving): java.lang.NullPointerException"),
        problemsOf(new Spec("misbehaving", 1, Map.of("how", "refuse"))));
  }

  @Test
  void aFunctionThatFailsLeavesItsCompletionUnscorable() {
    List<Spec> specs = new ArrayList<>();
    for (String how : List.of("throw", "recurse", "link", "NaN", "null")) {
      specs.add(new Spec("misbehaving", 1, Map.of("how", how)));
    }
    specs.add(new Spec("exact-answer", 1, Map.of()));
    List<String> failures = new ArrayList<>();
    double[] scores =
        Rewards.of(specs)
            .score(
                completion("722"),
                (index, cause) -> failures.add(index + " " + cause.getClass().getSimpleName()));
    double nan = Double.NaN;
    assertArrayEquals(new double[] {nan, nan, nan, nan, nan, 1}, scores);
    assertEquals(
        List.of(
            "0 IllegalStateException",
            "1 StackOverflowError",
            "2 NoClassDefFoundError",
            "3 ArithmeticException",
            "4 NullPointerException"),
        failures);
  }

  @Test
  void severalThreadsMayScoreAtOnce() {
    Rewards rewards =
        Rewards.of(
            List.of(
                new Spec("number-in-text", 1, Map.of()),
                new Spec("regular-expression", 1, Map.of("pattern", "[02468]$"))));
    ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
    IntStream.range(0, 20_000)
        .parallel()
        .forEach(
            i -> {
              double[] expected = {i == 722 ? 1 : 0, i % 2 == 0 ? 1 : 0};
              double[] scored = rewards.score(completion("it is " + i), NO_FAILURE);
              if (expected[0] != scored[0] || expected[1] != scored[1]) {
                wrong.add(i + " scored " + scored[0] + ", " + scored[1]);
              }
            });
    assertEquals("", wrong.stream().collect(Collectors.joining("\n")));
  }
}
