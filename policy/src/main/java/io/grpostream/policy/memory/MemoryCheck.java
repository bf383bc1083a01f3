package io.grpostream.policy.memory;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.memory.MemoryPlan.Work;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Refuses, before anything starts, what cannot fit into memory.
 *
 * @param process see {@link MemoryPlan}
 * @param levers what the user can turn
 */
public record MemoryCheck(long process, PolicyFootprint policy, Work work, Levers levers) {
  /** What needs no more than this times what there is may fit after all, and is a warning. */
  private static final double TOLERANCE = 1.2;

  private static final double GIGA = 1e9;

  /**
   * What bounds which part, as text: {@code learner.max-tokens (8192)}.
   *
   * @param microBatch tokens of a micro-batch
   * @param rows rows that decode together
   * @param group what a single group holds
   * @param model what is left if the weights alone are too large
   */
  public record Levers(String microBatch, String rows, String group, String model) {}

  /** What the work needs. */
  public MemoryPlan plan() {
    return MemoryPlan.of(process, policy, work);
  }

  /**
   * Checks the work against what there is.
   *
   * @param limit in bytes; empty if unknown, which refuses nothing
   * @return a warning, if it may just not fit
   * @throws UserErrorException if it cannot fit
   */
  public Optional<String> check(OptionalLong limit) {
    if (limit.isEmpty() || plan().total() <= limit.getAsLong()) {
      return Optional.empty();
    }
    if (fits(work, limit.getAsLong())) {
      return Optional.of(message(limit.getAsLong()));
    }
    throw new UserErrorException(message(limit.getAsLong()));
  }

  private boolean fits(Work lighter, long limit) {
    return MemoryPlan.of(process, policy, lighter).total() <= TOLERANCE * limit;
  }

  private String message(long limit) {
    MemoryPlan plan = plan();
    return String.format(
        Locale.ROOT,
        "this needs about %.1f GB of memory (weights, moments and samplers %.1f, computing %.1f,"
            + " snapshots %.1f, the rest %.1f), and there are %.1f GB; lower %s",
        plan.total() / GIGA,
        plan.kept() / GIGA,
        plan.passing() / GIGA,
        plan.snapshot() / GIGA,
        plan.process() / GIGA,
        limit / GIGA,
        lever(limit));
  }

  /** The gentlest that helps. */
  private String lever(long limit) {
    MicroBatch batch = work.microBatch();
    MicroBatch oneGroup =
        new MicroBatch(1, batch.group(), batch.promptTokens(), batch.completionTokens());
    MicroBatch least = new MicroBatch(1, 2, 1, 1);
    if (batch.groups() > 1 && fits(with(oneGroup, work.decoding()), limit)) {
      return levers.microBatch();
    }
    if (work.decoding() > 1 && fits(with(oneGroup, 1), limit)) {
      return levers.rows();
    }
    return fits(with(least, 1), limit) ? levers.group() : levers.model();
  }

  private Work with(MicroBatch batch, int decoding) {
    return new Work(
        batch,
        work.several(),
        decoding,
        work.samplers(),
        work.overlap(),
        work.reference(),
        work.snapshots());
  }
}
