/**
 * A seeded simulation of the pipeline on one thread: the rules that the operators use, with
 * everything around them faked. Policy, clock, topics, network, checkpoints and crashes are a few
 * lines each, so that thousands of whole runs, each with other delays and other failures, take
 * seconds. After every event the invariants are checked.
 */
@NullMarked
package io.grpostream.simulation;

import org.jspecify.annotations.NullMarked;
