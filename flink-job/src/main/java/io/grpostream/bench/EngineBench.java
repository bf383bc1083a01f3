package io.grpostream.bench;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.objective.Advantages;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.Sampler;
import io.grpostream.policy.sampling.TorchSampler;
import io.grpostream.policy.training.FreshAdapters;
import io.grpostream.policy.training.OptimizerSettings;
import io.grpostream.policy.training.TorchTrainer;
import io.grpostream.policy.training.Trainer;
import io.grpostream.policy.training.TrainingCompletion;
import io.grpostream.policy.training.TrainingGroup;
import io.grpostream.rewards.RewardFunction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * Training steps without a pipeline: the trainer's weights go to the sampler, the sampler's
 * completions are scored by a reward of constant cost, and the trainer makes mu updates of them.
 */
public final class EngineBench {
  // As many different rewards as TRL's peer script has, so that hardly any group is uninformative.
  private static final int REWARDS = 7;
  private static final RewardFunction REWARD =
      input -> OptionalDouble.of(Math.floorMod(input.completion().hashCode(), REWARDS));

  // The presets of the learner's section, with TRL's learning rate.
  private static final OptimizerSettings OPTIMIZER =
      new OptimizerSettings(
          1e-5, OptimizerSettings.Schedule.CONSTANT, 0, 0, 0.9, 0.999, 1e-8, 0, 1.0);
  private static final long ADAPTERS_SEED = 1;

  private final Sampler sampler;
  private final Trainer trainer;
  private final Workload workload;
  private final int vocabulary;

  public EngineBench(Sampler sampler, Trainer trainer, ModelConfig config, Workload workload) {
    this.sampler = sampler;
    this.trainer = trainer;
    this.workload = workload;
    this.vocabulary = config.vocabSize();
  }

  /**
   * One step's times and work.
   *
   * @param sampleSeconds handing over the weights and sampling
   * @param updateSeconds all mu updates
   * @param tokens completion tokens sampled
   * @param peakMegabytes the most memory that the process has had resident by its end
   */
  public record Step(
      double seconds,
      double sampleSeconds,
      double updateSeconds,
      long tokens,
      double peakMegabytes) {}

  /** Steps of the pipeline's own sampler and trainer with this model. */
  public static EngineFigures measure(
      MeasuredModel model, EngineSettings settings, Workload workload, int threads, int steps)
      throws IOException, StoppedException {
    try (Trainer trainer = trainer(model, settings, threads);
        Sampler sampler = sampler(model, settings, threads)) {
      List<Step> measured = new EngineBench(sampler, trainer, model.config(), workload).run(steps);
      return new EngineFigures(measured, workload.rows(), workload.mu());
    }
  }

  static Trainer trainer(MeasuredModel model, EngineSettings settings, int threads)
      throws IOException {
    Compute compute = new Compute(threads, settings.precision());
    ObjectiveSettings objective = ObjectiveSettings.grpo();
    int maxTokens = settings.maxTokens();
    Lora lora = settings.lora();
    return lora.adapts()
        ? new TorchTrainer(
            model.base(lora, compute),
            new FreshAdapters(model.config(), lora, ADAPTERS_SEED),
            objective,
            OPTIMIZER,
            maxTokens,
            compute)
        : new TorchTrainer(
            model.config(), model.weights(), objective, OPTIMIZER, maxTokens, compute);
  }

  static Sampler sampler(MeasuredModel model, EngineSettings settings, int threads)
      throws IOException {
    Compute compute = new Compute(threads, settings.precision());
    return settings.lora().adapts()
        ? new TorchSampler(model.base(settings.lora(), compute), model.decoder(), compute)
        : new TorchSampler(model.config(), model.decoder(), compute);
  }

  /** One warm-up step, which is left out, then the steps. */
  public List<Step> run(int steps) throws IOException, StoppedException {
    List<Step> measured = new ArrayList<>();
    for (int step = 0; step <= steps; step++) {
      Step one = step(step);
      if (step > 0) {
        measured.add(one);
      }
    }
    return measured;
  }

  private Step step(int number) throws IOException, StoppedException {
    long start = System.nanoTime();
    try (TensorSource weights = trainer.weights()) {
      sampler.load(weights);
    }
    List<PromptTokens> prompts = prompts((long) number * workload.prompts());
    List<List<Completion>> sampled = sampler.sample(prompts, workload.sampling(), StopSignal.NEVER);
    long sampledAt = System.nanoTime();
    List<TrainingGroup> groups =
        IntStream.range(0, prompts.size())
            .mapToObj(n -> scored(prompts.get(n).ids(), sampled.get(n)))
            .toList();
    long scoredAt = System.nanoTime();
    for (int update = 0; update < workload.mu(); update++) {
      trainer.update(groups, StopSignal.NEVER, metrics -> {});
    }
    long end = System.nanoTime();
    long tokens = sampled.stream().flatMap(List::stream).mapToLong(c -> c.ids().length).sum();
    return new Step(
        (end - start) / 1e9,
        (sampledAt - start) / 1e9,
        (end - scoredAt) / 1e9,
        tokens,
        Machine.peakResidentMegabytes());
  }

  private List<PromptTokens> prompts(long first) {
    return IntStream.range(0, workload.prompts())
        .mapToObj(n -> new PromptTokens(first + n, workload.prompt(first + n, vocabulary)))
        .toList();
  }

  private static TrainingGroup scored(int[] prompt, List<Completion> completions) {
    double[] rewards = completions.stream().mapToDouble(EngineBench::reward).toArray();
    double[] advantages = Advantages.of(rewards).advantages();
    List<TrainingCompletion> members = new ArrayList<>();
    for (Completion completion : completions) {
      members.add(
          new TrainingCompletion(
              completion.ids(), completion.logprobs(), advantages[completion.index()], false));
    }
    return new TrainingGroup(prompt, members);
  }

  private static double reward(Completion completion) {
    int tokens = completion.ids().length;
    return REWARD
        .score(new RewardFunction.Input("", completion.text(), Map.of(), tokens, false))
        .orElseThrow();
  }
}
