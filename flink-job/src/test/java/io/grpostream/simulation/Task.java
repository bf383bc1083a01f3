package io.grpostream.simulation;

/** Something that can do one thing at a time: an operator, its worker, or a feed. */
interface Task {
  /** Whether it has anything to do. */
  boolean canStep();

  /** Does one thing. */
  void step();
}
