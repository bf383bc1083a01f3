package io.grpostream.policy.template;

/** An expression node. */
interface Expr {
  /** The line of the source, from 1. */
  int line();

  /** What error messages call this node. */
  String construct();

  /** Evaluates the node itself; its parts go through {@link Render#eval(Expr)}. */
  Object eval(Render render);
}
