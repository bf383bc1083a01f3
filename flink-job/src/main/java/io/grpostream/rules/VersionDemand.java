package io.grpostream.rules;

import java.util.HashSet;
import java.util.Set;

/** Which versions samplers still need when the learner is about to train its next batch. */
public final class VersionDemand {
  private VersionDemand() {}

  /**
   * The numbers of the versions without which a prompt would never be sampled. In lockstep they are
   * those of every batch that the gate lets in and that lacks a group; live prompts can do with the
   * newest.
   *
   * @param assembly the groups that are sampled already
   */
  public static Set<Long> of(Schedule schedule, StalenessGate rule, BatchAssembly<?> assembly) {
    long newest = assembly.nextBatch();
    return switch (schedule) {
      case LIVE -> Set.of(newest);
      case LOCKSTEP -> {
        Set<Long> versions = new HashSet<>();
        for (long batch = newest; batch <= newest + rule.maxStaleness(); batch++) {
          if (!assembly.isComplete(batch)) {
            versions.add(rule.samplingVersion(batch * rule.batchGroups()));
          }
        }
        yield versions;
      }
    };
  }
}
