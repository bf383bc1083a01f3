package io.grpostream.policy.memory;

/**
 * How much memory a process needs at its most, in bytes.
 *
 * @param process what it takes without a policy: Java, its heap, libtorch, and what runs beside
 * @param kept weights, moments, reference policy, and the samplers' packed copies
 * @param passing the most that sampling, updating and loading need beside that
 * @param snapshot copies that a snapshot in flight can cause
 */
public record MemoryPlan(long process, long kept, long passing, long snapshot) {
  private static final double MEGA = 1e6;

  /**
   * What is computed, and what at the same time.
   *
   * @param microBatch the largest one of an update
   * @param several whether a minibatch has more than one
   * @param decoding prompts that decode together
   * @param samplers samplers in this process
   * @param overlap whether sampling goes on while the learner trains
   * @param reference whether there is a reference policy
   * @param snapshots whether the state is written while the learner trains
   */
  public record Work(
      MicroBatch microBatch,
      boolean several,
      int decoding,
      int samplers,
      boolean overlap,
      boolean reference,
      boolean snapshots) {}

  /** Adds up a policy's parts. */
  public static MemoryPlan of(long process, PolicyFootprint policy, Work work) {
    MicroBatch batch = work.microBatch();
    long update = policy.update(batch, work.several());
    long sampling =
        work.samplers()
            * Math.max(
                policy.loading(),
                policy.decoding(
                    work.decoding(),
                    batch.group(),
                    batch.promptTokens(),
                    batch.completionTokens()));
    return new MemoryPlan(
        process,
        policy.state()
            + work.samplers() * policy.packed()
            + (work.reference() ? policy.reference() : 0),
        work.overlap() ? update + sampling : Math.max(update, sampling),
        work.snapshots() ? policy.snapshotCopies() : 0);
  }

  /** Everything together. */
  public long total() {
    return process + kept + passing + snapshot;
  }

  /** The same in 10⁶ bytes. */
  public double megabytes() {
    return total() / MEGA;
  }
}
