package io.grpostream.policy.template;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Text, output, conditions, assignments and blocks; loops and macros have files of their own. */
final class Statements {
  private Statements() {}

  record Text(int line, String text) implements Statement {
    @Override
    public String construct() {
      return "text";
    }

    @Override
    public Outcome execute(Render render) {
      render.write(text);
      return Outcome.NEXT;
    }
  }

  /** <code>{{ value }}</code>. */
  record Output(int line, Expr value) implements Statement {
    @Override
    public String construct() {
      return "output";
    }

    @Override
    public Outcome execute(Render render) {
      render.write(render.printer().str(render.eval(value)));
      return Outcome.NEXT;
    }
  }

  record If(int line, List<Branch> branches, Body otherwise) implements Statement {
    record Branch(Expr condition, Body body) {}

    @Override
    public String construct() {
      return "if";
    }

    @Override
    public Outcome execute(Render render) {
      for (Branch branch : branches) {
        if (Values.truth(render.eval(branch.condition()))) {
          return render.execute(branch.body());
        }
      }
      return render.execute(otherwise);
    }
  }

  record Assign(int line, Target target, Expr value) implements Statement {
    @Override
    public String construct() {
      return "set";
    }

    @Override
    public Outcome execute(Render render) {
      target.assign(render, render.eval(value));
      return Outcome.NEXT;
    }
  }

  /** The value under {@code captured} is what the body wrote, for the filters of a block. */
  static final String CAPTURED = " captured ";

  /**
   * {@code set name}…{@code endset}: what the body writes, through the filters if there are any.
   */
  record AssignBlock(int line, Target target, @Nullable Expr filters, Body body)
      implements Statement {
    @Override
    public String construct() {
      return "set block";
    }

    @Override
    public Outcome execute(Render render) {
      target.assign(render, filtered(render, filters, body));
      return Outcome.NEXT;
    }
  }

  /** {@code filter name}…{@code endfilter}. */
  record FilterBlock(int line, Expr filters, Body body) implements Statement {
    @Override
    public String construct() {
      return "filter block";
    }

    @Override
    public Outcome execute(Render render) {
      render.write(render.printer().str(filtered(render, filters, body)));
      return Outcome.NEXT;
    }
  }

  private static Object filtered(Render render, @Nullable Expr filters, Statement.Body body) {
    String written = render.capture(new Scope(render.scope()), body);
    if (filters == null) {
      return written;
    }
    Scope inner = new Scope(render.scope());
    inner.set(CAPTURED, written);
    Scope before = render.enter(inner);
    try {
      return render.eval(filters);
    } finally {
      render.leave(before);
    }
  }

  /** {@code with name = value}…{@code endwith}: the values see only the variables outside. */
  record With(int line, List<Target> targets, List<Expr> values, Body body) implements Statement {
    @Override
    public String construct() {
      return "with";
    }

    @Override
    public Outcome execute(Render render) {
      List<Object> evaluated = values.stream().map(render::eval).toList();
      Scope before = render.enter(new Scope(render.scope()));
      try {
        for (int i = 0; i < targets.size(); i++) {
          targets.get(i).assign(render, evaluated.get(i));
        }
        return render.execute(body);
      } finally {
        render.leave(before);
      }
    }
  }

  /** {@code generation}…{@code endgeneration}: marks assistant text; here it only prints. */
  record Generation(int line, Body body) implements Statement {
    @Override
    public String construct() {
      return "generation";
    }

    @Override
    public Outcome execute(Render render) {
      render.write(render.capture(new Scope(render.scope()), body));
      return Outcome.NEXT;
    }
  }

  /** {@code break} and {@code continue}. */
  record Jump(int line, Outcome outcome) implements Statement {
    @Override
    public String construct() {
      return outcome == Outcome.BREAK ? "break" : "continue";
    }

    @Override
    public Outcome execute(Render render) {
      return outcome;
    }
  }
}
