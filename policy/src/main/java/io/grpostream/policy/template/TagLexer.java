package io.grpostream.policy.template;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/** Reads the tokens inside one tag, up to and including its closing delimiter. */
final class TagLexer {
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?:\\d+_)*\\d+(?:(?:\\.(?:\\d+_)*\\d+)?[eE][+-]?(?:\\d+_)*\\d+|\\.(?:\\d+_)*\\d+)");
  private static final Pattern INTEGER =
      Pattern.compile(
          "0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?\\d)*|0(?:_?0)*");
  private static final List<String> OPERATORS =
      List.of(
          "//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{",
          "}", ">", "<", "=", ".", ":", "|", ",", ";");

  private final Source source;
  private final List<Token> tokens;
  private final Deque<String> open = new ArrayDeque<>();

  TagLexer(Source source, List<Token> tokens) {
    this.source = source;
    this.tokens = tokens;
  }

  void read(Token.Kind closing) {
    boolean block = closing == Token.Kind.CLOSE_BLOCK;
    int openedAt = source.line();
    while (!source.atEnd()) {
      int line = source.line();
      if (open.isEmpty() && acceptClose(block)) {
        tokens.add(new Token(closing, "", line));
        return;
      }
      token();
    }
    throw source.error(
        block ? "'{%'" : "'{{'", "the tag opened on line " + openedAt + " is never closed");
  }

  private boolean acceptClose(boolean block) {
    String close = block ? "%}" : "}}";
    if (source.accept("-" + close)) {
      source.skipWhitespace();
      return true;
    }
    if (block && source.accept("+" + close)) {
      return true;
    }
    boolean closed = source.accept(close);
    if (closed && block) {
      source.accept("\n");
    }
    return closed;
  }

  private void token() {
    char first = source.peek(0);
    if (Whitespace.isSpace(first)) {
      source.skipWhitespace();
    } else if (first == '\'' || first == '"') {
      string(first);
    } else if (first >= '0' && first <= '9') {
      number();
    } else if (isNamePart(first)) {
      name();
    } else {
      operator();
    }
  }

  private void number() {
    int line = source.line();
    // In x.1.5 the parts after x are two items, not one float.
    boolean afterDot = source.position() > 0 && source.peek(-1) == '.';
    String decimal = afterDot ? null : source.match(FLOAT);
    String digits = decimal == null ? source.match(INTEGER) : decimal;
    if (digits == null) {
      throw source.error("number", "expected a number");
    }
    source.take(digits.length());
    add(decimal == null ? Token.Kind.INTEGER : Token.Kind.FLOAT, line, digits.replace("_", ""));
  }

  private void name() {
    int length = 0;
    while (isNamePart(source.peek(length))) {
      length++;
    }
    int line = source.line();
    add(Token.Kind.NAME, line, source.take(length));
  }

  private static boolean isNamePart(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  private void string(char quote) {
    int line = source.line();
    int length = 1;
    while (length < source.remaining() && source.peek(length) != quote) {
      length += source.peek(length) == '\\' ? 2 : 1;
    }
    if (length >= source.remaining()) {
      throw source.error("string", "the string is never closed by " + quote);
    }
    String literal = source.take(length + 1);
    try {
      add(Token.Kind.STRING, line, Escapes.decode(literal.substring(1, length)));
    } catch (Fault fault) {
      throw source.error("string", String.valueOf(fault.getMessage()));
    }
  }

  private void operator() {
    int line = source.line();
    for (String operator : OPERATORS) {
      if (source.accept(operator)) {
        balance(operator);
        add(Token.Kind.OPERATOR, line, operator);
        return;
      }
    }
    throw source.error("tag", "unexpected character '" + source.peek(0) + "'");
  }

  private void balance(String operator) {
    switch (operator) {
      case "(" -> open.push(")");
      case "[" -> open.push("]");
      case "{" -> open.push("}");
      case ")", "]", "}" -> {
        String expected = open.isEmpty() ? "" : open.pop();
        if (!expected.equals(operator)) {
          throw source.error(
              "tag",
              "unexpected '"
                  + operator
                  + "'"
                  + (expected.isEmpty() ? "" : ", expected '" + expected + "'"));
        }
      }
      default -> {}
    }
  }

  private void add(Token.Kind kind, int line, String text) {
    tokens.add(new Token(kind, text, line));
  }
}
