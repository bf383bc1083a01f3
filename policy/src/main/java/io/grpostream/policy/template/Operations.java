package io.grpostream.policy.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arithmetic, comparison and logic. */
final class Operations {
  private Operations() {}

  record Binary(int line, String operator, Expr left, Expr right) implements Expr {
    @Override
    public String construct() {
      return "operator '" + operator + "'";
    }

    @Override
    public Object eval(Render render) {
      Object a = render.eval(left);
      return Arithmetic.apply(operator, a, render.eval(right), render);
    }
  }

  record Sign(int line, boolean negative, Expr operand) implements Expr {
    @Override
    public String construct() {
      return "unary operator '" + (negative ? "-" : "+") + "'";
    }

    @Override
    public Object eval(Render render) {
      return Arithmetic.sign(render.eval(operand), negative);
    }
  }

  record Not(int line, Expr operand) implements Expr {
    @Override
    public String construct() {
      return "operator 'not'";
    }

    @Override
    public Object eval(Render render) {
      return !Values.truth(render.eval(operand));
    }
  }

  /** {@code and} and {@code or}: the deciding operand itself is the result, as in Python. */
  record Logic(int line, boolean and, Expr left, Expr right) implements Expr {
    @Override
    public String construct() {
      return and ? "operator 'and'" : "operator 'or'";
    }

    @Override
    public Object eval(Render render) {
      Object a = render.eval(left);
      return Values.truth(a) == and ? render.eval(right) : a;
    }
  }

  /** {@code a ~ b ~ c}: the operands as text, joined. */
  record Concat(int line, List<Expr> operands) implements Expr {
    @Override
    public String construct() {
      return "operator '~'";
    }

    @Override
    public Object eval(Render render) {
      StringBuilder text = new StringBuilder();
      for (Expr operand : operands) {
        String part = render.printer().str(render.eval(operand));
        render.budget().characters(part.length());
        text.append(part);
      }
      return text.toString();
    }
  }

  /** A chain {@code a < b <= c}: each operand is evaluated once, and the first false ends it. */
  record Compare(int line, Expr first, List<Link> links) implements Expr {
    record Link(String operator, Expr operand) {}

    @Override
    public String construct() {
      return "comparison '" + links.get(0).operator() + "'";
    }

    @Override
    public Object eval(Render render) {
      Object left = render.eval(first);
      for (Link link : links) {
        Object right = render.eval(link.operand());
        if (!render.comparison().test(link.operator(), left, right)) {
          return false;
        }
        left = right;
      }
      return true;
    }
  }

  /** {@code then if condition else otherwise}; undefined when there is no else. */
  record Conditional(int line, Expr condition, Expr then, @Nullable Expr otherwise)
      implements Expr {
    @Override
    public String construct() {
      return "inline if";
    }

    @Override
    public Object eval(Render render) {
      if (Values.truth(render.eval(condition))) {
        return render.eval(then);
      }
      return otherwise == null
          ? new Undefined("the inline if was false and has no else")
          : render.eval(otherwise);
    }
  }
}
