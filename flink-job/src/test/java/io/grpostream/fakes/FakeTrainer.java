package io.grpostream.fakes;

import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.training.LeasedTensors;
import io.grpostream.policy.training.SamplerMismatch;
import io.grpostream.policy.training.TensorLease;
import io.grpostream.policy.training.Trainer;
import io.grpostream.policy.training.TrainingCompletion;
import io.grpostream.policy.training.TrainingGroup;
import io.grpostream.policy.training.UpdateMetrics;
import io.grpostream.policy.training.WeightsOffer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A policy of four numbers. An update moves them by the advantages and start log-probs it is given,
 * so that any other order, one update more or less, or start log-probs taken at another time show
 * in the weights.
 */
public final class FakeTrainer implements Trainer {
  /** The one tensor's name, as leases give it. */
  public static final String NAME = "w";

  private static final String LEASED = "weights/";
  private static final TensorInfo INFO = new TensorInfo(LEASED + NAME, DType.F32, List.of(4L));

  /**
   * Each update takes one permit: a test that keeps them back has a learner in the middle of a
   * step.
   */
  private final Semaphore permits;

  private final Object lock = new Object();
  private volatile float[] weights = {0, 0, 0, 0};
  private long steps;

  /** Update number at which the next trainer of this JVM fails, once; 0 is never. */
  public static final AtomicLong FAIL_ONCE_AT = new AtomicLong();

  /** Leases of this JVM's trainers that have not ended. */
  public static final AtomicInteger OPEN_LEASES = new AtomicInteger();

  public FakeTrainer(Semaphore permits) {
    this.permits = permits;
  }

  @Override
  public UpdateMetrics update(
      List<TrainingGroup> minibatch, StopSignal stop, Consumer<UpdateMetrics> applied)
      throws StoppedException {
    while (!permits.tryAcquire()) {
      stop.check();
      Thread.onSpinWait();
    }
    if (steps + 1 == FAIL_ONCE_AT.get()) {
      FAIL_ONCE_AT.set(0);
      throw new IllegalStateException("failed on purpose");
    }
    synchronized (lock) {
      float[] next = weights.clone();
      int at = 0;
      for (TrainingGroup group : minibatch) {
        for (TrainingCompletion completion : group.completions()) {
          next[at++ % 4] +=
              (float) (completion.advantage() * (steps + 1)) + completion.startLogprobs()[0] / 8;
        }
      }
      weights = next;
      steps++;
      SamplerMismatch mismatch = new SamplerMismatch(at, 0, 0, at, at);
      UpdateMetrics metrics =
          new UpdateMetrics(steps, 1, 2, 0, 0, 0, 0, 1, mismatch, 0.5, at, true);
      applied.accept(metrics);
      return metrics;
    }
  }

  /** The first weight, for every token. */
  @Override
  public float[] startLogprobs(List<TrainingGroup> batch, StopSignal stop) {
    int tokens =
        batch.stream()
            .flatMap(group -> group.completions().stream())
            .mapToInt(completion -> completion.ids().length)
            .sum();
    float[] logprobs = new float[tokens];
    Arrays.fill(logprobs, weights[0]);
    return logprobs;
  }

  @Override
  public Object stateLock() {
    return lock;
  }

  @Override
  public long optimizerSteps() {
    return steps;
  }

  @Override
  public List<TensorLease> lease() {
    return List.of(new Lease(weights));
  }

  @Override
  public TensorSource weights() {
    return new LeasedTensors(lease(), LEASED);
  }

  @Override
  public WeightsOffer offer() {
    float[] offered = weights;
    return () -> weights == offered ? Optional.of(weights()) : Optional.empty();
  }

  @Override
  public void restore(TensorSource state, long optimizerSteps) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    state.read(LEASED + NAME, 0, bytes);
    bytes.flip();
    float[] restored = new float[4];
    bytes.asFloatBuffer().get(restored);
    weights = restored;
    steps = optimizerSteps;
  }

  @Override
  public void close() {
    // Heap memory only.
  }

  private static final class Lease implements TensorLease {
    private final float[] values;
    private final AtomicBoolean ended = new AtomicBoolean();

    Lease(float[] values) {
      this.values = values;
      OPEN_LEASES.incrementAndGet();
    }

    @Override
    public TensorInfo info() {
      return INFO;
    }

    @Override
    public void read(long offset, ByteBuffer into) {
      ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
      bytes.asFloatBuffer().put(values);
      into.put(bytes.slice((int) offset, into.remaining()));
    }

    @Override
    public void close() {
      if (ended.compareAndSet(false, true)) {
        OPEN_LEASES.decrementAndGet();
      }
    }
  }
}
