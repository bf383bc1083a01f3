package io.grpostream.policy.objective;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpostream.policy.Golden;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Advantages against TRL's own numbers (golden/advantages.json) and hand-computed ones. */
final class AdvantagesTest {
  private static final double NAN = Double.NaN;

  @ParameterizedTest
  @EnumSource
  void equalsTrl(Advantages.Scale scale) throws IOException {
    JsonNode golden = Golden.json("advantages.json");
    List<double[]> expected = rows(golden.get(scale.name().toLowerCase(Locale.ROOT)));
    List<double[]> rewards = rows(golden.get("rewards"));
    List<Advantages.Result> results = Advantages.of(rewards, scale);
    assertEquals(expected.size(), results.size());
    for (int g = 0; g < expected.size(); g++) {
      double[] trl = expected.get(g);
      double[] ours = results.get(g).advantages();
      // TRL subtracts a mean in fp32, which rounds with the rewards' size.
      double largest =
          Arrays.stream(rewards.get(g)).map(Math::abs).reduce(1, (a, b) -> b > a ? b : a);
      for (int i = 0; i < trl.length; i++) {
        assertEquals(trl[i], ours[i], 1e-6 * Math.max(largest, Math.abs(trl[i])), scale + " " + g);
      }
    }
  }

  @Test
  void dividesByTheUnbiasedDeviationPlusEpsilon() {
    // mean 1/2, deviation √(1/3): 0.5 / (0.577350… + 0.0001)
    Advantages.Result result = Advantages.of(new double[] {1, 0, 0, 1});
    double a = 0.5 / (Math.sqrt(1 / 3.0) + 1e-4);
    assertArrayEquals(new double[] {a, -a, -a, a}, result.advantages(), 1e-15);
    assertFalse(result.uninformative());
  }

  @Test
  void roundingAloneIsNoInformation() {
    double[] rewards = {0.1 + 0.2, 0.3, 0.3, 0.1 + 0.2};
    assertFalse(rewards[0] == rewards[1]);
    Advantages.Result result = Advantages.of(rewards);
    assertTrue(result.uninformative());
    assertArrayEquals(new double[4], result.advantages(), 0);
  }

  @Test
  void oneOfEightThatDiffersIsInformation() {
    double[] rewards = {0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0.95, 0};
    Advantages.Result result = Advantages.of(rewards);
    assertFalse(result.uninformative());
    assertEquals(0.35344820, result.advantages()[0], 1e-7);
    assertEquals(-2.4741374, result.advantages()[7], 1e-6);
  }

  @Test
  void theSpanThatIsInformationGrowsWithTheMean() {
    assertTrue(Advantages.of(new double[] {1e6, 1e6 + 0.5}).uninformative());
    assertFalse(Advantages.of(new double[] {1e6, 1e6 + 2}).uninformative());
    assertTrue(Advantages.of(new double[] {0, 1e-6}).uninformative());
    assertFalse(Advantages.of(new double[] {0, 2e-6}).uninformative());
    assertTrue(Advantages.of(new double[] {-1e6, -1e6 - 0.5}).uninformative());
  }

  @Test
  void twoPassesKeepSmallDifferencesOnALargeMean() {
    double[] advantages = Advantages.of(new double[] {1e6, 1e6 + 2}).advantages();
    double a = 1 / (Math.sqrt(2) + 1e-4);
    assertArrayEquals(new double[] {-a, a}, advantages, 1e-12);
  }

  @Test
  void unscorableCompletionsGetZeroAndDoNotCount() {
    Advantages.Result result = Advantages.of(new double[] {NAN, 1, 0, NAN});
    double a = 0.5 / (Math.sqrt(0.5) + 1e-4);
    assertArrayEquals(new double[] {0, a, -a, 0}, result.advantages(), 1e-15);
  }

  @ParameterizedTest
  @EnumSource
  void fewerThanTwoScoredAreUninformative(Advantages.Scale scale) {
    List<double[]> groups = List.of(new double[] {NAN, 5, NAN}, new double[] {NAN}, new double[0]);
    for (Advantages.Result result : Advantages.of(groups, scale)) {
      assertTrue(result.uninformative());
      assertEquals(0, Arrays.stream(result.advantages()).map(Math::abs).sum());
    }
  }

  @ParameterizedTest
  @EnumSource
  void anUninformativeGroupIsExactlyZeroBesideOthers(Advantages.Scale scale) {
    List<double[]> groups = List.of(new double[] {0.1 + 0.2, 0.3}, new double[] {7, 1});
    assertArrayEquals(new double[2], Advantages.of(groups, scale).get(0).advantages(), 0);
  }

  @ParameterizedTest
  @EnumSource
  void aGroupsAdvantagesSumToZero(Advantages.Scale scale) {
    Random random = new Random(1);
    List<double[]> groups = new ArrayList<>();
    for (int g = 0; g < 200; g++) {
      groups.add(random.doubles(2 + random.nextInt(15), -3, 3).toArray());
    }
    for (Advantages.Result result : Advantages.of(groups, scale)) {
      assertEquals(0, Arrays.stream(result.advantages()).sum(), 1e-12);
    }
  }

  @Test
  void anInfiniteRewardIsRefused() {
    double[] rewards = {1, Double.POSITIVE_INFINITY};
    assertThrows(IllegalArgumentException.class, () -> Advantages.of(rewards));
  }

  private static List<double[]> rows(JsonNode json) {
    List<double[]> rows = new ArrayList<>();
    for (JsonNode row : json) {
      double[] numbers = new double[row.size()];
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] = row.get(i).isNull() ? NAN : row.get(i).asDouble();
      }
      rows.add(numbers);
    }
    return rows;
  }
}
