package io.grpostream.policy.template;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code for target in items if condition}…{@code else}…{@code endfor}. Each turn has a scope of
 * its own. The else part runs when no turn came to its end: when there was none, and also, as in
 * Jinja2, when break or continue cut every turn short.
 */
record ForStatement(
    int line, Target target, Expr items, @Nullable Expr condition, Body body, Body otherwise)
    implements Statement {
  @Override
  public String construct() {
    return "for";
  }

  @Override
  public Outcome execute(Render render) {
    Object iterable = render.eval(items);
    Scope outer = render.scope();
    Loop loop =
        condition == null
            ? new Loop(iterable, Values.iterator(iterable), render)
            : new Loop(null, new Filtered(render, Values.iterator(iterable), condition), render);
    boolean completed = false;
    Outcome outcome = Outcome.NEXT;
    while (outcome != Outcome.BREAK && loop.hasNext()) {
      render.budget().step();
      Scope turn = new Scope(outer);
      Object item = loop.next();
      turn.set("loop", loop);
      assign(render, turn, item);
      outcome = executeIn(turn, body, render);
      completed |= outcome == Outcome.NEXT;
    }
    return completed ? Outcome.NEXT : executeIn(new Scope(outer), otherwise, render);
  }

  private void assign(Render render, Scope scope, Object item) {
    Scope before = render.enter(scope);
    try {
      target.assign(render, item);
    } finally {
      render.leave(before);
    }
  }

  private static Outcome executeIn(Scope scope, Body body, Render render) {
    Scope before = render.enter(scope);
    try {
      return render.execute(body);
    } finally {
      render.leave(before);
    }
  }

  /** The items for which the loop's condition is true, found as they are asked for. */
  private final class Filtered implements Iterator<Object> {
    private final Render render;
    private final Iterator<Object> items;
    private final Scope outer;
    private final Expr condition;
    private @Nullable Object found;

    Filtered(Render render, Iterator<Object> items, Expr condition) {
      this.render = render;
      this.items = items;
      this.outer = render.scope();
      this.condition = condition;
    }

    @Override
    public boolean hasNext() {
      while (found == null && items.hasNext()) {
        render.budget().step();
        Object item = items.next();
        Scope scope = new Scope(outer);
        assign(render, scope, item);
        Scope before = render.enter(scope);
        try {
          found = Values.truth(render.eval(condition)) ? item : null;
        } finally {
          render.leave(before);
        }
      }
      return found != null;
    }

    @Override
    public Object next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Object item = found;
      found = null;
      return Objects.requireNonNull(item);
    }
  }
}
