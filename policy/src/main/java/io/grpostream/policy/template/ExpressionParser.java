package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Parses expressions by recursive descent, from the loosest operator to the tightest: inline if,
 * or, and, not, comparisons, + -, ~, * / // %, **, signs, then filters and tests. So {@code ~}
 * binds tighter than {@code +}, and a filter tighter than both, as in Jinja2.
 */
final class ExpressionParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
  private static final Set<String> SUMS = Set.of("+", "-");
  private static final Set<String> PRODUCTS = Set.of("*", "/", "//", "%");

  private final TokenStream tokens;
  private final PrimaryParser primaries;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
    this.primaries = new PrimaryParser(tokens, this);
  }

  PrimaryParser primaries() {
    return primaries;
  }

  /** One expression, without a bare tuple. */
  Expr expression() {
    tokens.enter();
    int line = tokens.peek().line();
    Expr value = or();
    while (tokens.acceptName("if")) {
      Expr condition = or();
      Expr otherwise = tokens.acceptName("else") ? expression() : null;
      value = new Operations.Conditional(line, condition, value, otherwise);
    }
    tokens.leave();
    return value;
  }

  /** An expression or, with a comma, a tuple without parentheses. */
  Expr tuple() {
    return tuple(true, null);
  }

  /**
   * @param inlineIf whether an inline if may come; not where {@code if} ends the expression
   * @param endName a name that ends the tuple after a comma, or null
   */
  Expr tuple(boolean inlineIf, @Nullable String endName) {
    int line = tokens.peek().line();
    Expr first = inlineIf ? expression() : or();
    if (!tokens.peek().is(",")) {
      return first;
    }
    List<Expr> items = new ArrayList<>(List.of(first));
    while (tokens.accept(",") && !atTupleEnd(endName)) {
      items.add(inlineIf ? expression() : or());
    }
    return new Literals.TupleDisplay(line, items);
  }

  boolean atTupleEnd(@Nullable String endName) {
    Token token = tokens.peek();
    return token.kind() == Token.Kind.CLOSE_OUTPUT
        || token.kind() == Token.Kind.CLOSE_BLOCK
        || token.is(")")
        || (endName != null && token.isName(endName));
  }

  Expr or() {
    Expr left = and();
    while (tokens.peek().isName("or")) {
      int line = tokens.next().line();
      left = new Operations.Logic(line, false, left, and());
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    while (tokens.peek().isName("and")) {
      int line = tokens.next().line();
      left = new Operations.Logic(line, true, left, not());
    }
    return left;
  }

  private Expr not() {
    if (!tokens.peek().isName("not")) {
      return comparison();
    }
    tokens.enter();
    int line = tokens.next().line();
    Expr negated = new Operations.Not(line, not());
    tokens.leave();
    return negated;
  }

  private Expr comparison() {
    int line = tokens.peek().line();
    Expr first = sum();
    List<Operations.Compare.Link> links = new ArrayList<>();
    for (String operator = comparator(); operator != null; operator = comparator()) {
      links.add(new Operations.Compare.Link(operator, sum()));
    }
    return links.isEmpty() ? first : new Operations.Compare(line, first, links);
  }

  /** Takes a comparison operator if one comes next. */
  private @Nullable String comparator() {
    Token token = tokens.peek();
    if (token.kind() == Token.Kind.OPERATOR && COMPARISONS.contains(token.text())) {
      return tokens.next().text();
    }
    if (tokens.acceptName("in")) {
      return "in";
    }
    if (token.isName("not") && tokens.lookAhead().isName("in")) {
      tokens.next();
      tokens.next();
      return "not in";
    }
    return null;
  }

  private Expr sum() {
    Expr left = concat();
    while (atOperator(SUMS)) {
      Token operator = tokens.next();
      left = new Operations.Binary(operator.line(), operator.text(), left, concat());
    }
    return left;
  }

  private Expr concat() {
    int line = tokens.peek().line();
    Expr first = product();
    if (!tokens.peek().is("~")) {
      return first;
    }
    List<Expr> operands = new ArrayList<>(List.of(first));
    while (tokens.accept("~")) {
      operands.add(product());
    }
    return new Operations.Concat(line, operands);
  }

  private Expr product() {
    Expr left = power();
    while (atOperator(PRODUCTS)) {
      Token operator = tokens.next();
      left = new Operations.Binary(operator.line(), operator.text(), left, power());
    }
    return left;
  }

  /** Jinja2 groups {@code a ** b ** c} from the left, unlike Python. */
  private Expr power() {
    Expr left = unary();
    while (tokens.peek().is("**")) {
      int line = tokens.next().line();
      left = new Operations.Binary(line, "**", left, unary());
    }
    return left;
  }

  private Expr unary() {
    return primaries.filters(signed());
  }

  private Expr signed() {
    Token token = tokens.peek();
    if (!atOperator(SUMS)) {
      return primaries.postfix(primaries.primary());
    }
    tokens.enter();
    tokens.next();
    Expr value = new Operations.Sign(token.line(), token.is("-"), signed());
    tokens.leave();
    return primaries.postfix(value);
  }

  private boolean atOperator(Set<String> operators) {
    Token token = tokens.peek();
    return token.kind() == Token.Kind.OPERATOR && operators.contains(token.text());
  }
}
