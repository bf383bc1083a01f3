package io.grpostream.policy.template;

/** Python's None: a value like any other, so that no Java null travels inside the interpreter. */
enum None {
  NONE
}
