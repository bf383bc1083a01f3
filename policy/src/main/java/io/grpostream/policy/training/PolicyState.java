package io.grpostream.policy.training;

import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.LearnerProgram.OptimizerState;
import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.WeightLayout;
import io.grpostream.policy.engine.WeightReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Trained weights (fp32 masters) and AdamW's two moments, in native memory. Leased tensors are
 * never written: {@link #begin} replaces them by copies first. Guarded by the trainer's state lock,
 * but for an {@link OptimizerPass}, which goes on without it.
 */
final class PolicyState implements AutoCloseable {
  /** The three tensors kept per weight, and the names that leases give them. */
  enum Role {
    WEIGHT("weights/"),
    MOMENT("exp_avg/"),
    SQUARE("exp_avg_sq/");

    private final String prefix;

    Role(String prefix) {
      this.prefix = prefix;
    }

    String prefix() {
      return prefix;
    }
  }

  private final WeightLayout layout;
  private final Map<Role, SharedTensor[]> tensors = new EnumMap<>(Role.class);

  /** The newest one: leases are of what it makes, or has made. */
  private OptimizerPass pass = OptimizerPass.NONE;

  private PolicyState(WeightLayout layout, List<NativeTensor[]> roles) {
    this.layout = layout;
    for (Role role : Role.values()) {
      NativeTensor[] owned = roles.get(tensors.size());
      tensors.put(role, Arrays.stream(owned).map(SharedTensor::new).toArray(SharedTensor[]::new));
    }
  }

  /** These weights, never trained: both moments are zero. */
  static PolicyState fresh(WeightLayout layout, TensorSource weights) throws IOException {
    return new PolicyState(
        layout, List.of(WeightReader.read(layout, weights, ""), zeros(layout), zeros(layout)));
  }

  /** A state as its leases named it. */
  static PolicyState restored(WeightLayout layout, TensorSource state) throws IOException {
    List<NativeTensor[]> roles = new ArrayList<>();
    try {
      for (Role role : Role.values()) {
        roles.add(WeightReader.read(layout, state, role.prefix()));
      }
    } catch (IOException | RuntimeException e) {
      roles.forEach(NativeTensor::closeAll);
      throw e;
    }
    return new PolicyState(layout, roles);
  }

  private static NativeTensor[] zeros(WeightLayout layout) {
    return layout.slots().stream()
        .map(slot -> NativeTensor.zeros(slot.dimensions()))
        .toArray(NativeTensor[]::new);
  }

  NativeTensor[] weights() {
    return natives(Role.WEIGHT);
  }

  /** Begins a pass over {@link #tensors()}: what is leased has been replaced by a copy. */
  OptimizerPass begin() {
    for (SharedTensor[] role : tensors.values()) {
      for (int i = 0; i < role.length; i++) {
        if (role[i].leased()) {
          SharedTensor copy = new SharedTensor(role[i].tensor().copy());
          role[i].release();
          role[i] = copy;
        }
      }
    }
    pass = OptimizerPass.begun();
    return pass;
  }

  /** What the optimizer writes. */
  OptimizerState tensors() {
    return new OptimizerState(natives(Role.WEIGHT), natives(Role.MOMENT), natives(Role.SQUARE));
  }

  /** Leases of all checkpoint tensors in these roles, in a fixed order. */
  List<TensorLease> lease(Role... roles) {
    List<TensorLease> leases = new ArrayList<>();
    for (Role role : roles) {
      for (int slot = 0; slot < layout.slots().size(); slot++) {
        for (WeightLayout.Part part : layout.slots().get(slot).parts()) {
          TensorInfo info = new TensorInfo(role.prefix() + part.name(), DType.F32, part.shape());
          leases.add(new SharedTensorLease(info, of(role)[slot], part.offset(), pass));
        }
      }
    }
    return leases;
  }

  private NativeTensor[] natives(Role role) {
    return Arrays.stream(of(role)).map(SharedTensor::tensor).toArray(NativeTensor[]::new);
  }

  private SharedTensor[] of(Role role) {
    return Objects.requireNonNull(tensors.get(role));
  }

  @Override
  public void close() {
    for (SharedTensor[] role : tensors.values()) {
      for (SharedTensor tensor : role) {
        tensor.release();
      }
    }
  }
}
