package io.grpostream.pretraining;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.SafetensorsFile;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What the shipped model answers: reward can only raise what is sampled now and then. */
class ExaminerTest {
  private static final Path ADDER =
      Objects.requireNonNull(Path.of("").toAbsolutePath().getParent()).resolve("models/adder");

  private final AdditionTask task = new AdditionTask(7, 500, 1000, 200);

  @Test
  void theShippedModelMostlyForgetsTheCarriesButSamplesRightAnswers()
      throws IOException, StoppedException {
    try (TensorSource adder = SafetensorsFile.open(ADDER.resolve("model.safetensors"));
        Examiner examiner = new Examiner(ModelConfig.read(ADDER), task.validation(), 1)) {
      double greedy = examiner.accuracy(adder);
      assertTrue(greedy > 0.05 && greedy < 0.30, "greedy " + greedy);

      Examiner.Samples samples = examiner.samples(adder, 8, 1);
      assertTrue(samples.right() > 0.25 && samples.right() < 0.50, samples::toString);
      assertTrue(samples.reached() > 0.80, samples::toString);
    }
  }

  @Test
  void rightAnswersAreCountedPerSampleAndPerProblem() throws IOException, StoppedException {
    // Sums without a carry have one answer only.
    List<Problem> easy = List.of(new Problem(111, 111), new Problem(123, 321));
    try (TensorSource adder = SafetensorsFile.open(ADDER.resolve("model.safetensors"));
        Examiner examiner = new Examiner(ModelConfig.read(ADDER), easy, 1)) {
      assertEquals(1.0, examiner.accuracy(adder));
      Examiner.Samples samples = examiner.samples(adder, 4, 1);
      assertEquals(1.0, samples.reached());
      assertTrue(samples.right() >= 0.75, samples::toString);
    }
  }
}
