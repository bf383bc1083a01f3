package io.grpostream.policy.template;

import java.util.List;

/** A statement node. */
interface Statement {
  /** How a statement ended, for the loop around it. */
  enum Outcome {
    NEXT,
    BREAK,
    CONTINUE
  }

  /** The line of the source, from 1. */
  int line();

  /** What error messages call this node. */
  String construct();

  /** Executes the node itself; its parts go through {@link Render}. */
  Outcome execute(Render render);

  /** Statements in their order; break and continue leave it at once. */
  record Body(List<Statement> statements) {}
}
