package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parses what a set, for, with or macro statement assigns to. */
final class TargetParser {
  private static final Set<String> LITERALS =
      Set.of("true", "True", "false", "False", "none", "None");

  private final TokenStream tokens;
  private final ExpressionParser expressions;

  TargetParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /** {@code name}, {@code namespace.name}, or several of them with commas. */
  Target setTarget() {
    return tuple(true, null);
  }

  Target loopTarget() {
    int line = tokens.peek().line();
    Target target = tuple(false, "in");
    if (target instanceof Target.Variable variable && variable.name().equals("loop")) {
      throw tokens.error(line, "for", "cannot assign to 'loop'");
    }
    return target;
  }

  Target withTarget() {
    return one(false);
  }

  private Target tuple(boolean namespaces, @Nullable String endName) {
    Target first = one(namespaces);
    if (!tokens.peek().is(",")) {
      return first;
    }
    List<Target> targets = new ArrayList<>(List.of(first));
    while (tokens.accept(",") && !expressions.atTupleEnd(endName) && !tokens.peek().is("=")) {
      targets.add(one(namespaces));
    }
    return new Target.Unpack(targets);
  }

  private Target one(boolean namespaces) {
    if (tokens.accept("(")) {
      tokens.enter();
      Target inner = tuple(namespaces, null);
      tokens.expect(")");
      tokens.leave();
      return inner;
    }
    String name = name();
    if (namespaces && tokens.accept(".")) {
      return new Target.NamespaceAttribute(
          name, tokens.expect(Token.Kind.NAME, "the name of an attribute").text());
    }
    return new Target.Variable(name);
  }

  private String name() {
    Token token = tokens.expect(Token.Kind.NAME, "a name to assign to");
    if (LITERALS.contains(token.text())) {
      throw tokens.error(token.line(), "assignment", "cannot assign to '" + token.text() + "'");
    }
    return token.text();
  }

  /** {@code (a, b=default)}. */
  List<Macro.Parameter> parameters() {
    tokens.expect("(");
    List<Macro.Parameter> parameters = new ArrayList<>();
    while (!tokens.peek().is(")")) {
      parameters.add(parameter(parameters));
      if (!tokens.accept(",")) {
        break;
      }
    }
    tokens.expect(")");
    return parameters;
  }

  private Macro.Parameter parameter(List<Macro.Parameter> before) {
    int line = tokens.peek().line();
    String name = name();
    if (tokens.accept("=")) {
      return new Macro.Parameter(name, expressions.expression());
    }
    if (!before.isEmpty() && before.get(before.size() - 1).fallback() != null) {
      throw tokens.error(line, "parameter '" + name + "'", "needs a default, as the one before it");
    }
    return new Macro.Parameter(name, null);
  }
}
