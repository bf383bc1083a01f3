package io.grpostream.policy.training;

import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.AdaptedBase;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.Torch;
import io.grpostream.policy.engine.WeightLayout;
import io.grpostream.policy.engine.WeightReader;
import io.grpostream.policy.objective.ObjectiveSettings;
import java.io.IOException;

/**
 * What a trainer starts from.
 *
 * @param base the base's weights, which stay, if its adapters are trained, else empty
 * @param state what is trained, with fresh optimizer state
 * @param reference the reference policy if all weights are trained and beta is not 0, else empty
 * @param end gives back base and reference
 */
record TrainingStart(
    ModelConfig config,
    Lora lora,
    NativeTensor[] base,
    PolicyState state,
    NativeTensor[] reference,
    Runnable end) {

  /**
   * All weights are trained.
   *
   * @param base their values, and the reference policy's if beta is not 0; may be closed after
   */
  static TrainingStart ofAllWeights(
      ModelConfig config, TensorSource base, ObjectiveSettings objective, Compute compute)
      throws IOException {
    Torch.enter(compute);
    WeightLayout layout = WeightLayout.of(config);
    PolicyState state = PolicyState.fresh(layout, base);
    NativeTensor[] reference =
        objective.beta() == 0 ? new NativeTensor[0] : WeightReader.read(layout, base, "");
    return new TrainingStart(
        config,
        Lora.NONE,
        new NativeTensor[0],
        state,
        reference,
        () -> NativeTensor.closeAll(reference));
  }

  /**
   * Adapters are trained; the base without them is the reference policy.
   *
   * @param base closed at the end
   * @param adapters their values; may be closed after
   */
  static TrainingStart ofAdapters(AdaptedBase base, TensorSource adapters, Compute compute)
      throws IOException {
    Torch.enter(compute);
    return new TrainingStart(
        base.config(),
        base.lora(),
        base.weights().slots(),
        PolicyState.fresh(base.layout(), adapters),
        new NativeTensor[0],
        base::close);
  }
}
