package io.grpostream.kafka;

import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.FinishReason;
import io.grpostream.records.Coordinates;
import io.grpostream.records.Group;
import io.grpostream.records.Header;
import io.grpostream.records.NumberedPrompt;
import io.grpostream.records.PolicyRef;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.Prompt;
import io.grpostream.records.Rejection;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.ScoredCompletion;
import io.grpostream.records.TrainingStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Records with seeded random content: empty and long texts, absent rewards, extreme numbers. */
final class RandomRecords {
  private static final String[] TEXTS = {
    "", "a", "ü", "日本語", "🙂", "two\nlines", "\u0000", "\"quoted\" \\", " "
  };

  private final Random random;

  RandomRecords(long seed) {
    random = new Random(seed);
  }

  Group group(int size) {
    NumberedPrompt prompt = new NumberedPrompt(number(), prompt());
    PolicyRef policy = new PolicyRef(text(), number(), text());
    List<ScoredCompletion> completions = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      completions.add(
          new ScoredCompletion(
              new SampledCompletion(prompt, policy, completion(i)), scores(3), score()));
    }
    double[] advantages = random.doubles(size, -3, 3).toArray();
    return new Group(prompt, policy, completions, advantages, random.nextBoolean());
  }

  Prompt prompt() {
    List<Header> headers = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      headers.add(new Header(text(), bytes()));
    }
    return new Prompt(at(), bytes(), headers, text(), fields(), ids());
  }

  private Completion completion(int index) {
    int[] ids = ids();
    float[] logprobs = new float[ids.length];
    for (int t = 0; t < ids.length; t++) {
      logprobs[t] = -20 * random.nextFloat();
    }
    FinishReason[] reasons = FinishReason.values();
    return new Completion(index, ids, logprobs, text(), reasons[random.nextInt(reasons.length)]);
  }

  TrainingStep step(int groups) {
    List<TrainingStep.TrainedGroup> trained = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      trained.add(
          new TrainingStep.TrainedGroup(
              number(),
              at(),
              number(),
              text(),
              scores(4),
              random.nextBoolean() ? "trained" : "uninformative"));
    }
    Map<String, Double> metrics = new TreeMap<>();
    metrics.put("loss", random.nextGaussian());
    metrics.put("kl", 0.0);
    return new TrainingStep(
        new TrainingStep.Determined(
            number(),
            number(),
            text(),
            text(),
            text(),
            trained,
            score(),
            metrics,
            random.nextInt()),
        new TrainingStep.Observed(
            text(),
            number(),
            random.nextDouble(),
            random.nextDouble(),
            random.nextDouble(),
            number(),
            number(),
            number(),
            number()));
  }

  PolicyVersion version() {
    return new PolicyVersion(text(), text(), number(), text(), text(), text(), number());
  }

  Rejection rejection() {
    Rejection.Reason[] reasons = Rejection.Reason.values();
    return new Rejection(at(), reasons[random.nextInt(reasons.length)], text(), bytes(), bytes());
  }

  private Coordinates at() {
    return new Coordinates(text(), random.nextInt(), number());
  }

  private double[] scores(int count) {
    double[] scores = new double[count];
    for (int i = 0; i < count; i++) {
      scores[i] = score();
    }
    return scores;
  }

  private double score() {
    return switch (random.nextInt(4)) {
      case 0 -> Double.NaN;
      case 1 -> -0.0;
      default -> random.nextGaussian();
    };
  }

  private long number() {
    return random.nextLong() >> random.nextInt(64);
  }

  private Map<String, String> fields() {
    Map<String, String> fields = new TreeMap<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      fields.put(text(), text());
    }
    return fields;
  }

  private int[] ids() {
    return random.ints(random.nextInt(20), 0, 200_000).toArray();
  }

  private byte[] bytes() {
    byte[] bytes = new byte[random.nextInt(10)];
    random.nextBytes(bytes);
    return bytes;
  }

  private String text() {
    return TEXTS[random.nextInt(TEXTS.length)].repeat(random.nextInt(4));
  }
}
