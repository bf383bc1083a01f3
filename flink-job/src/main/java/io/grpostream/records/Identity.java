package io.grpostream.records;

/**
 * Which records of a topic are the same one, whichever life of the job made them: what the inputs
 * decide has to be equal, times and lineages need not.
 */
public final class Identity {
  private Identity() {}

  /** A step is what it is by its number and the weights it made. */
  public static String of(TrainingStep step) {
    return step.determined().step() + " " + step.determined().sha256();
  }

  /** Completions follow from the prompt and the version that sampled them. */
  public static String of(Group group) {
    return group.number() + " " + group.policy().sha256();
  }

  /** The detail names the completion, if it is one's. */
  public static String of(Rejection rejection) {
    return rejection.at() + " " + rejection.reason() + " " + rejection.detail();
  }
}
