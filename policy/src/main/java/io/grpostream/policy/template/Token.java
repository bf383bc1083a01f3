package io.grpostream.policy.template;

/**
 * One token of a template.
 *
 * @param text the source text; for a string literal its value, for an operator the operator
 * @param line from 1
 */
record Token(Kind kind, String text, int line) {
  enum Kind {
    DATA,
    OPEN_OUTPUT,
    CLOSE_OUTPUT,
    OPEN_BLOCK,
    CLOSE_BLOCK,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  String describe() {
    return switch (kind) {
      case DATA -> "text";
      case OPEN_OUTPUT -> "'{{'";
      case CLOSE_OUTPUT -> "'}}'";
      case OPEN_BLOCK -> "'{%'";
      case CLOSE_BLOCK -> "'%}'";
      case STRING -> "a string";
      case END -> "the end of the template";
      case NAME, INTEGER, FLOAT, OPERATOR -> "'" + text + "'";
    };
  }
}
