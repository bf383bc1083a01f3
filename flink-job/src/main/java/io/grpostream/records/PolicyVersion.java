package io.grpostream.records;

/**
 * A policy version: an immutable value, announced once its object in the policy store is complete.
 *
 * @param run the run's id
 * @param lineage the life of the learner that announced it
 * @param number 0 for the base checkpoint, then one more per trained batch
 * @param sha256 hash of the trained tensors
 * @param parentSha256 hash of version number − 1; empty for number 0
 * @param uri its object in the policy store
 * @param frontier prompts with an outcome when it was announced: the smallest number without one
 */
public record PolicyVersion(
    String run,
    String lineage,
    long number,
    String sha256,
    String parentSha256,
    String uri,
    long frontier) {
  public PolicyRef ref() {
    return new PolicyRef(lineage, number, sha256);
  }

  /** The same version as another lineage announces it. */
  public PolicyVersion in(String announcer) {
    return new PolicyVersion(run, announcer, number, sha256, parentSha256, uri, frontier);
  }

  /** The same version with its object at this URI. */
  public PolicyVersion at(String object) {
    return new PolicyVersion(run, lineage, number, sha256, parentSha256, object, frontier);
  }
}
