package io.grpostream.simulation;

import org.jspecify.annotations.Nullable;

/** Mistakes to plant, one at a time, each with the invariant that must find it. */
enum Bug {
  NONE(null),
  /** The gate reckons with one version more than the run allows. */
  GATE_TOO_LOOSE(Invariant.GATE_BOUND),
  /** The gate takes every announcement for one of its own lineage. */
  GATE_HEARS_DEAD_LINEAGES(Invariant.GATE_BOUND),
  /** The gate does not know where the run ends. */
  GATE_HAS_NO_END(Invariant.GATE_BOUND),
  /** The learner announces the outcome of a prompt that it has yet to train. */
  LEARNER_ANNOUNCES_AHEAD(Invariant.GATE_BOUND),
  /** The source's checkpoint holds the offset after the next prompt. */
  SOURCE_OFFSET_AHEAD(Invariant.NONE_LOST),
  /** The sequencer's checkpoint leaves the unfinished block out. */
  SEQUENCER_FORGETS_UNFINISHED_BLOCK(Invariant.NO_RULE_REFUSES),
  /** A restart goes on under the same lineage id. */
  LINEAGE_NOT_RENEWED(Invariant.VERSIONS_MONOTONE),
  /** The sampler takes every announcement for one of its own lineage. */
  SAMPLER_HEARS_DEAD_LINEAGES(Invariant.OWN_LINEAGE),
  /** The sampler drops announcements that come before its lineage's id. */
  SAMPLER_DROPS_EARLY_ANNOUNCEMENTS(Invariant.NONE_LOST),
  /** Live takes the newest version it knows, however old. */
  LIVE_TAKES_ANY_VERSION(Invariant.STALENESS_BOUND),
  /** Lockstep takes the newest version it knows. */
  LOCKSTEP_TAKES_NEWEST(Invariant.AS_UNINTERRUPTED),
  /** Rollout's checkpoint leaves out the block that is being sampled. */
  ROLLOUT_FORGETS_BLOCK_AT_WORK(Invariant.NONE_LOST),
  /** A random number comes from shared state. */
  SAMPLING_NOT_PURE(Invariant.AS_UNINTERRUPTED),
  /** The window fires when one completion is still missing. */
  WINDOW_FIRES_EARLY(Invariant.GROUPS_COMPLETE),
  /** The window is keyed by the prompt's text, so that equal prompts share one. */
  WINDOW_KEYED_BY_TEXT(Invariant.GROUPS_COMPLETE),
  /** A task reads on behind a channel's barrier while other channels' are due. */
  BARRIERS_DO_NOT_WAIT(Invariant.NO_RULE_REFUSES),
  /** The learner trains a batch's groups in the order they came. */
  LEARNER_TRAINS_IN_ANY_ORDER(Invariant.AS_UNINTERRUPTED),
  /** The learner's checkpoint holds the weights of now and the progress of the last whole batch. */
  LEARNER_FORGETS_UPDATES(Invariant.AS_UNINTERRUPTED),
  /** The learner keeps its newest version only. */
  LEARNER_KEEPS_ONE_VERSION(Invariant.NO_RULE_REFUSES),
  /** After a restore the learner announces its newest version only. */
  RESTORED_LEARNER_ANNOUNCES_NEWEST_ONLY(Invariant.NONE_LOST),
  /** After a restore the learner announces its newest version first. */
  RESTORED_LEARNER_ANNOUNCES_NEWEST_FIRST(Invariant.VERSIONS_MONOTONE),
  /** Ledger records are visible at once, whatever becomes of the checkpoint. */
  LEDGER_NOT_TRANSACTIONAL(Invariant.TRAINED_ONCE),
  /** A restore does not commit what its checkpoint had pre-committed. */
  LEDGER_LOSES_PRE_COMMITTED(Invariant.LEDGER_CHAIN);

  private final @Nullable Invariant finder;

  Bug(@Nullable Invariant finder) {
    this.finder = finder;
  }

  /** The invariant that must find it. */
  Invariant finder() {
    if (finder == null) {
      throw new IllegalArgumentException(this + " is no bug");
    }
    return finder;
  }
}
