package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop} of a for statement, which also hands out the loop's items. */
final class Loop {
  private final Render render;

  /** What is walked, if its length is known without walking it. */
  private @Nullable Object sized;

  private Iterator<Object> items;
  private long index0 = -1;
  private @Nullable Object previous;
  private @Nullable Object current;
  private @Nullable Object peeked;
  private @Nullable Arguments lastChanged;

  /**
   * @param iterable the value walked, or null when a condition drops items on the way
   */
  Loop(@Nullable Object iterable, Iterator<Object> items, Render render) {
    this.render = render;
    this.sized = iterable instanceof Generator ? null : iterable;
    this.items = items;
  }

  boolean hasNext() {
    if (peeked == null && items.hasNext()) {
      peeked = items.next();
    }
    return peeked != null;
  }

  Object next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    index0++;
    previous = current;
    current = peeked;
    peeked = null;
    return Objects.requireNonNull(current);
  }

  /** How many items there are in all; what cannot tell is walked to its end. */
  long length() {
    if (sized != null) {
      return Values.length(sized);
    }
    List<Object> rest = new ArrayList<>();
    while (items.hasNext()) {
      render.budget().elements(1);
      rest.add(items.next());
    }
    items = rest.iterator();
    long length = rest.size() + index0 + 1 + (peeked == null ? 0 : 1);
    sized = Collections.nCopies((int) length, None.NONE);
    return length;
  }

  Object attribute(String name) {
    return switch (name) {
      case "index" -> index0 + 1;
      case "index0" -> index0;
      case "first" -> index0 == 0;
      case "last" -> !hasNext();
      case "length" -> length();
      case "revindex" -> length() - index0;
      case "revindex0" -> length() - index0 - 1;
      case "previtem" -> previous == null ? new Undefined("there is no previous item") : previous;
      case "nextitem" ->
          hasNext() ? Objects.requireNonNull(peeked) : new Undefined("there is no next item");
      case "depth" -> 1L;
      case "depth0" -> 0L;
      case "cycle" -> new Function("method", (caller, arguments) -> cycle(arguments));
      case "changed" -> new Function("method", (caller, arguments) -> changed(arguments));
      default -> Undefined.attribute(this, name);
    };
  }

  private Object cycle(Arguments arguments) {
    List<Object> values = arguments.positional();
    if (values.isEmpty()) {
      throw new Fault("no items for cycling given");
    }
    return values.get((int) (index0 % values.size()));
  }

  private Object changed(Arguments arguments) {
    Arguments last = lastChanged;
    lastChanged = arguments;
    return last == null || !render.comparison().equal(last.positional(), arguments.positional());
  }
}
