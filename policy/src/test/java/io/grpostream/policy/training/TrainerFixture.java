package io.grpostream.policy.training;

import io.grpostream.policy.Golden;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.SafetensorsFile;
import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.objective.ObjectiveSettings;
import io.grpostream.policy.sampling.Completion;
import io.grpostream.policy.sampling.PromptTokens;
import io.grpostream.policy.sampling.SamplingSettings;
import io.grpostream.policy.sampling.TorchSampler;
import io.grpostream.policy.training.OptimizerSettings.Schedule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The small llama, trainers of it, and a minibatch of uneven groups sampled from it. */
final class TrainerFixture {
  static final Path MODEL = Golden.shipped().resolve("llama");
  static final OptimizerSettings OPTIMIZER =
      new OptimizerSettings(1e-3, Schedule.CONSTANT, 0, 0, 0.9, 0.999, 1e-8, 0.01, 1.0);

  private TrainerFixture() {}

  static TorchTrainer trainer(ObjectiveSettings objective, int maxTokens) throws IOException {
    try (TensorSource base = base()) {
      return new TorchTrainer(ModelConfig.read(MODEL), base, objective, OPTIMIZER, maxTokens, 1);
    }
  }

  /** A trainer with the objective's presets, and groups to train it on. */
  record Ready(TorchTrainer trainer, List<TrainingGroup> groups) implements AutoCloseable {
    static Ready open() throws IOException, StoppedException {
      return new Ready(TrainerFixture.trainer(ObjectiveSettings.grpo(), 100_000), sampled());
    }

    /** One update with all of them. */
    void update() throws StoppedException {
      update(metrics -> {});
    }

    void update(Consumer<UpdateMetrics> applied) throws StoppedException {
      trainer.update(groups, StopSignal.NEVER, applied);
    }

    @Override
    public void close() {
      trainer.close();
    }
  }

  static TensorSource base() {
    return SafetensorsFile.open(MODEL.resolve("model.safetensors"));
  }

  /**
   * Three groups of different sizes and lengths with their true behavior log-probs; advantages are
   * made up.
   */
  static List<TrainingGroup> sampled() throws IOException, StoppedException {
    int[][] prompts = {{273, 260, 302, 271, 286}, {5}, {50, 319, 79, 82, 86, 85, 261, 84}};
    List<TrainingGroup> groups = new ArrayList<>();
    try (TensorSource weights = base();
        TorchSampler sampler = new TorchSampler(ModelConfig.read(MODEL), ids -> "", 1)) {
      sampler.load(weights);
      for (int n = 0; n < prompts.length; n++) {
        SamplingSettings settings =
            new SamplingSettings(
                2 + n, 4 + 3 * n, 1.0, false, 0, 1, 0, 1, List.of(40, 60, 80), List.of(), 3);
        List<Completion> sampled =
            sampler
                .sample(List.of(new PromptTokens(n, prompts[n])), settings, StopSignal.NEVER)
                .get(0);
        List<TrainingCompletion> members = new ArrayList<>();
        for (Completion each : sampled) {
          double advantage = Math.sin(1 + n + 2.0 * each.index());
          members.add(new TrainingCompletion(each.ids(), each.logprobs(), advantage, false));
        }
        groups.add(new TrainingGroup(prompts[n], members));
      }
    }
    return groups;
  }

  /** All bytes of leased or stored tensors. */
  static Map<String, ByteBuffer> bytes(TensorSource source) throws IOException {
    Map<String, ByteBuffer> all = new TreeMap<>();
    for (TensorInfo info : source.tensors().values()) {
      ByteBuffer bytes = ByteBuffer.allocate((int) info.byteLength());
      source.read(info.name(), 0, bytes);
      all.put(info.name(), bytes.flip());
    }
    return all;
  }

  static Map<String, ByteBuffer> bytes(List<TensorLease> leases) {
    Map<String, ByteBuffer> all = new TreeMap<>();
    for (TensorLease lease : leases) {
      ByteBuffer bytes = ByteBuffer.allocate((int) lease.info().byteLength());
      lease.read(0, bytes);
      all.put(lease.info().name(), bytes.flip());
    }
    return all;
  }
}
