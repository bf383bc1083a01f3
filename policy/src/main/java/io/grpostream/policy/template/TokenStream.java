package io.grpostream.policy.template;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tokens on their way through the parsers, with the bound on nesting that both share. */
final class TokenStream {
  /** Brackets, tags and operators that may be open at once. */
  static final int MAX_NESTING = 100;

  private final String templateName;
  private final List<Token> tokens;
  private int position;
  private int nesting;
  private Set<String> names = new HashSet<>();

  TokenStream(String templateName, List<Token> tokens) {
    this.templateName = templateName;
    this.tokens = tokens;
  }

  Token peek() {
    return tokens.get(position);
  }

  Token lookAhead() {
    return tokens.get(Math.min(position + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(position);
    if (position < tokens.size() - 1) {
      position++;
    }
    return token;
  }

  boolean at(Token.Kind kind) {
    return peek().kind() == kind;
  }

  boolean accept(String operator) {
    boolean found = peek().is(operator);
    if (found) {
      next();
    }
    return found;
  }

  boolean acceptName(String name) {
    boolean found = peek().isName(name);
    if (found) {
      next();
    }
    return found;
  }

  void expect(String operator) {
    if (!accept(operator)) {
      throw unexpected("'" + operator + "'");
    }
  }

  void expectName(String name) {
    if (!acceptName(name)) {
      throw unexpected("'" + name + "'");
    }
  }

  Token expect(Token.Kind kind, String description) {
    if (!at(kind)) {
      throw unexpected(description);
    }
    return next();
  }

  /** Call before going into a nested construct, and {@link #leave()} after it. */
  void enter() {
    nesting++;
    if (nesting > MAX_NESTING) {
      throw error(peek().line(), "template", "nested deeper than " + MAX_NESTING + " levels");
    }
  }

  void leave() {
    nesting--;
  }

  /** Notes that a variable is read here. */
  void noteName(String name) {
    names.add(name);
  }

  /** Starts to collect the variables read; returns what was collected before. */
  Set<String> startNames() {
    Set<String> outer = names;
    names = new HashSet<>();
    return outer;
  }

  /** Ends what {@link #startNames()} began and returns the variables read since. */
  Set<String> endNames(Set<String> outer) {
    Set<String> inner = names;
    outer.addAll(inner);
    names = outer;
    return inner;
  }

  TemplateException unexpected(String expected) {
    return error(peek().line(), "syntax", "expected " + expected + ", got " + peek().describe());
  }

  TemplateException error(int line, String construct, String reason) {
    return new TemplateException(templateName, line, construct, reason);
  }
}
