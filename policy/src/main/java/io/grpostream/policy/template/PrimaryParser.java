package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parses names, literals and displays, and what follows them: attributes, items, calls, filters.
 */
final class PrimaryParser {
  private final TokenStream tokens;
  private final ExpressionParser expressions;

  PrimaryParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  Expr primary() {
    Token token = tokens.peek();
    return switch (token.kind()) {
      case NAME -> name(tokens.next());
      case STRING -> strings();
      case INTEGER, FLOAT -> new Literals.Constant(token.line(), number(tokens.next()));
      default -> bracketed(token);
    };
  }

  private Expr bracketed(Token token) {
    return switch (token.kind() == Token.Kind.OPERATOR ? token.text() : "") {
      case "(" -> parenthesized();
      case "[" -> list();
      case "{" -> dict();
      default -> throw tokens.unexpected("an expression");
    };
  }

  private Expr name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Literals.Constant(token.line(), true);
      case "false", "False" -> new Literals.Constant(token.line(), false);
      case "none", "None" -> new Literals.Constant(token.line(), None.NONE);
      default -> {
        tokens.noteName(token.text());
        yield new Access.Name(token.line(), token.text());
      }
    };
  }

  /** Strings side by side are one string. */
  private Expr strings() {
    int line = tokens.peek().line();
    StringBuilder text = new StringBuilder();
    while (tokens.at(Token.Kind.STRING)) {
      text.append(tokens.next().text());
    }
    return new Literals.Constant(line, text.toString());
  }

  private Object number(Token token) {
    try {
      return token.kind() == Token.Kind.FLOAT
          ? (Object) Double.parseDouble(token.text())
          : (Object) Numbers.parseLiteral(token.text());
    } catch (NumberFormatException e) {
      throw tokens.error(
          token.line(),
          "number",
          token.text() + " needs more than 64 bits, which is not supported");
    }
  }

  private Expr parenthesized() {
    int line = tokens.next().line();
    Expr value =
        tokens.peek().is(")") ? new Literals.TupleDisplay(line, List.of()) : expressions.tuple();
    tokens.expect(")");
    return value;
  }

  private Expr list() {
    int line = tokens.next().line();
    List<Expr> items = new ArrayList<>();
    while (!tokens.peek().is("]")) {
      items.add(expressions.expression());
      if (!tokens.accept(",")) {
        break;
      }
    }
    tokens.expect("]");
    return new Literals.ListDisplay(line, items);
  }

  private Expr dict() {
    int line = tokens.next().line();
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.peek().is("}")) {
      keys.add(expressions.expression());
      tokens.expect(":");
      values.add(expressions.expression());
      if (!tokens.accept(",")) {
        break;
      }
    }
    tokens.expect("}");
    return new Literals.DictDisplay(line, keys, values);
  }

  /** Attributes, items and calls after a value. */
  Expr postfix(Expr value) {
    Expr result = value;
    while (true) {
      Token token = tokens.peek();
      if (token.is(".")) {
        result = dot(result);
      } else if (token.is("[")) {
        result = subscript(result);
      } else if (token.is("(")) {
        result = new Calls.Call(token.line(), result, arguments());
      } else {
        return result;
      }
    }
  }

  private Expr dot(Expr owner) {
    int line = tokens.next().line();
    Token name = tokens.next();
    return switch (name.kind()) {
      case NAME -> new Access.Attribute(line, owner, name.text());
      case INTEGER -> new Access.Item(line, owner, new Literals.Constant(line, number(name)));
      default ->
          throw tokens.error(
              line, "syntax", "expected a name or number after '.', got " + name.describe());
    };
  }

  private Expr subscript(Expr owner) {
    int line = tokens.next().line();
    @Nullable Expr start = tokens.peek().is(":") ? null : expressions.expression();
    if (!tokens.accept(":")) {
      return new Access.Item(line, owner, keys(start, line));
    }
    Expr stop = sliceBound();
    Expr step = tokens.accept(":") ? sliceBound() : null;
    tokens.expect("]");
    return new Access.Slice(line, owner, start, stop, step);
  }

  /** The key, or with a comma the tuple of keys, up to the closing bracket. */
  private Expr keys(@Nullable Expr first, int line) {
    if (first == null) {
      throw tokens.unexpected("a key");
    }
    List<Expr> keys = new ArrayList<>(List.of(first));
    while (tokens.accept(",")) {
      keys.add(expressions.expression());
    }
    tokens.expect("]");
    return keys.size() == 1 ? first : new Literals.TupleDisplay(line, keys);
  }

  private @Nullable Expr sliceBound() {
    boolean absent = tokens.peek().is(":") || tokens.peek().is("]");
    return absent ? null : expressions.expression();
  }

  Calls.ArgumentList arguments() {
    tokens.expect("(");
    List<Expr> positional = new ArrayList<>();
    Map<String, Expr> named = new LinkedHashMap<>();
    while (!tokens.peek().is(")")) {
      argument(positional, named);
      if (!tokens.accept(",")) {
        break;
      }
    }
    tokens.expect(")");
    return new Calls.ArgumentList(positional, named);
  }

  private void argument(List<Expr> positional, Map<String, Expr> named) {
    Token token = tokens.peek();
    if (token.is("*") || token.is("**")) {
      throw tokens.error(
          token.line(), "call", "spreading arguments by '" + token.text() + "' is not supported");
    }
    if (token.kind() == Token.Kind.NAME && tokens.lookAhead().is("=")) {
      tokens.next();
      tokens.next();
      if (named.put(token.text(), expressions.expression()) != null) {
        throw tokens.error(token.line(), "call", "'" + token.text() + "' is given twice");
      }
    } else if (named.isEmpty()) {
      positional.add(expressions.expression());
    } else {
      throw tokens.error(token.line(), "call", "a positional argument cannot follow a named one");
    }
  }

  /** Filters, tests and calls after an operand. */
  Expr filters(Expr value) {
    Expr result = value;
    while (true) {
      Token token = tokens.peek();
      if (token.is("|")) {
        tokens.next();
        result = filter(result);
      } else if (token.isName("is")) {
        result = test(result);
      } else if (token.is("(")) {
        result = new Calls.Call(token.line(), result, arguments());
      } else {
        return result;
      }
    }
  }

  /** One filter, at its name. */
  Expr filter(Expr value) {
    Token name = tokens.expect(Token.Kind.NAME, "the name of a filter");
    Calls.ArgumentList arguments = tokens.peek().is("(") ? arguments() : Calls.ArgumentList.EMPTY;
    return new Calls.FilterCall(name.line(), value, name.text(), arguments);
  }

  private Expr test(Expr value) {
    int line = tokens.next().line();
    boolean negated = tokens.acceptName("not");
    String name = tokens.expect(Token.Kind.NAME, "the name of a test").text();
    Expr test = new Calls.TestCall(line, value, name, testArguments());
    return negated ? new Operations.Not(line, test) : test;
  }

  /** Arguments in parentheses, or one operand without: {@code x is divisibleby 3}. */
  private Calls.ArgumentList testArguments() {
    Token token = tokens.peek();
    if (token.is("(")) {
      return arguments();
    }
    if (token.isName("is")) {
      throw tokens.error(token.line(), "test", "tests cannot be chained by 'is'");
    }
    boolean operand =
        switch (token.kind()) {
          case NAME -> !(token.isName("else") || token.isName("or") || token.isName("and"));
          case STRING, INTEGER, FLOAT -> true;
          default -> token.is("[") || token.is("{");
        };
    return operand
        ? new Calls.ArgumentList(List.of(postfix(primary())), Map.of())
        : Calls.ArgumentList.EMPTY;
  }
}
