package io.grpostream.policy.template;

/**
 * What one render may use. A template comes with a downloaded checkpoint and is not trusted: each
 * bound turns a template that would run, recurse or grow for ever into a clear error.
 */
final class Budget {
  /** Nodes that may be under evaluation at once; a macro calling itself uses about five a turn. */
  static final int MAX_DEPTH = 500;

  /** Expressions evaluated, statements executed and loop turns. */
  static final long MAX_STEPS = 5_000_000;

  /** Characters that all string operations together may create or scan. */
  static final long MAX_CHARACTERS = 64L << 20;

  /** Characters of the rendered text. */
  static final long MAX_OUTPUT = 8L << 20;

  /** Members of one {@code range}, as in Jinja2's sandbox. */
  static final int MAX_RANGE = 100_000;

  /** A list element weighs as much as this many characters. */
  private static final int CHARACTERS_PER_ELEMENT = 16;

  private int depth;
  private long steps;
  private long characters;
  private long output;

  void enter() {
    depth++;
    if (depth > MAX_DEPTH) {
      throw new Fault("nested deeper than " + MAX_DEPTH + " levels");
    }
    step();
  }

  void exit() {
    depth--;
  }

  void step() {
    steps++;
    if (steps > MAX_STEPS) {
      throw new Fault("takes more than " + MAX_STEPS + " steps");
    }
  }

  /** Call before creating or scanning so many characters. */
  void characters(long count) {
    characters += count;
    if (count > MAX_CHARACTERS || characters > MAX_CHARACTERS) {
      throw new Fault("handles more than " + MAX_CHARACTERS + " characters");
    }
  }

  /** Call before creating or scanning so many elements of lists or dicts. */
  void elements(long count) {
    characters(count > MAX_CHARACTERS ? count : count * CHARACTERS_PER_ELEMENT);
  }

  void output(long count) {
    output += count;
    if (output > MAX_OUTPUT) {
      throw new Fault("writes more than " + MAX_OUTPUT + " characters");
    }
  }
}
