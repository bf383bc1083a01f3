package io.grpostream.simulation;

/** What must hold after every event. */
enum Invariant {
  VERSIONS_MONOTONE("a lineage announces versions one after another, and frontiers with them"),
  TRAINED_ONCE("no group stands twice in the committed ledger"),
  NONE_LOST("batch k of the committed ledger is prompts [kB, (k+1)B), and every batch gets there"),
  STALENESS_BOUND("no group is trained more than maxStaleness versions after it was sampled"),
  OWN_LINEAGE("what samples, and what is trained, is a version that the living lineage has"),
  GATE_BOUND("numbers stay below frontier + (maxStaleness + 1) × B and below the end"),
  GROUPS_COMPLETE("a group is G completions of one prompt by one version, in order of index"),
  LEDGER_CHAIN("the committed ledger's steps are consecutive and parents match"),
  AS_UNINTERRUPTED("in lockstep the committed ledger is that of a run without a failure"),
  NO_RULE_REFUSES("no rule is handed what it must refuse");

  private final String sentence;

  Invariant(String sentence) {
    this.sentence = sentence;
  }

  String sentence() {
    return sentence;
  }
}
