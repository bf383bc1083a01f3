package io.grpostream.policy.template;

import java.time.Clock;
import java.util.Map;

/** One rendering of a template: its variables, its output so far and its budget. */
final class Render {
  private final String templateName;
  private final Clock clock;
  private final Budget budget = new Budget();
  private final Printer printer = new Printer(budget);
  private final Comparison comparison = new Comparison(budget);
  private StringBuilder out = new StringBuilder();
  private Scope scope = new Scope(null);

  Render(String templateName, Clock clock, Map<String, ?> context) {
    this.templateName = templateName;
    this.clock = clock;
    context.forEach((name, value) -> scope.set(name, Values.fromJava(value)));
    scope = new Scope(scope);
  }

  String run(Statement.Body body) {
    try {
      execute(body);
      return out.toString();
    } catch (StackOverflowError e) {
      // The budget's depth fits the stack that Java gives a thread; a caller's may be smaller.
      throw new TemplateException(
          templateName, 1, "template", "nested deeper than this thread's stack allows");
    }
  }

  Budget budget() {
    return budget;
  }

  Printer printer() {
    return printer;
  }

  Comparison comparison() {
    return comparison;
  }

  Clock clock() {
    return clock;
  }

  Scope scope() {
    return scope;
  }

  Object lookup(String name) {
    Object value = scope.get(name);
    if (value == null) {
      value = Globals.get(name);
    }
    return value == null ? Undefined.name(name) : value;
  }

  Object eval(Expr expr) {
    try {
      budget.enter();
      return expr.eval(this);
    } catch (Fault fault) {
      throw fault.at(templateName, expr.line(), expr.construct());
    } finally {
      budget.exit();
    }
  }

  Statement.Outcome execute(Statement.Body body) {
    for (Statement statement : body.statements()) {
      Statement.Outcome outcome = execute(statement);
      if (outcome != Statement.Outcome.NEXT) {
        return outcome;
      }
    }
    return Statement.Outcome.NEXT;
  }

  private Statement.Outcome execute(Statement statement) {
    try {
      budget.enter();
      return statement.execute(this);
    } catch (Fault fault) {
      throw fault.at(templateName, statement.line(), statement.construct());
    } finally {
      budget.exit();
    }
  }

  /** Makes another scope current, and returns the one that was. */
  Scope enter(Scope inner) {
    Scope before = scope;
    scope = inner;
    return before;
  }

  /** Makes the scope that {@link #enter(Scope)} returned current again. */
  void leave(Scope before) {
    scope = before;
  }

  void write(String text) {
    budget.output(text.length());
    out.append(text);
  }

  /** Executes a body in the given scope and returns what it writes. */
  String capture(Scope inner, Statement.Body body) {
    StringBuilder outer = out;
    Scope before = enter(inner);
    out = new StringBuilder();
    try {
      execute(body);
      return out.toString();
    } finally {
      out = outer;
      leave(before);
    }
  }
}
