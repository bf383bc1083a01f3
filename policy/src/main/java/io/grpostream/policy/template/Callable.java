package io.grpostream.policy.template;

/** A value that a template may call: a global function, a method bound to its value, a macro. */
interface Callable {
  /** What an instance is called in Python's error messages, such as {@code method}. */
  String typeName();

  Object call(Render render, Arguments arguments);
}
