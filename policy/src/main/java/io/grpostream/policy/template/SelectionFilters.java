package io.grpostream.policy.template;

import java.util.Collections;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The lazy filters map, select, reject, selectattr and rejectattr. */
final class SelectionFilters {
  private SelectionFilters() {}

  static void register(Map<String, Filters.Filter> filters) {
    filters.put("map", SelectionFilters::map);
    filters.put("select", (v, arguments, render) -> select(v, arguments, render, true, false));
    filters.put("reject", (v, arguments, render) -> select(v, arguments, render, false, false));
    filters.put("selectattr", (v, arguments, render) -> select(v, arguments, render, true, true));
    filters.put("rejectattr", (v, arguments, render) -> select(v, arguments, render, false, true));
  }

  private static Object map(Object value, Arguments arguments, Render render) {
    UnaryOperator<Object> function = mapping(arguments, render);
    Iterator<Object> items = itemsOf(value);
    return Generator.over(
        value,
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return items.hasNext();
          }

          @Override
          public Object next() {
            render.budget().step();
            return function.apply(items.next());
          }
        });
  }

  /** Python makes no difference between a false value and an empty one here. */
  private static Iterator<Object> itemsOf(Object value) {
    return Values.truth(value) ? Values.iterator(value) : Collections.emptyIterator();
  }

  private static UnaryOperator<Object> mapping(Arguments arguments, Render render) {
    if (arguments.positional().isEmpty() && arguments.named().containsKey("attribute")) {
      Arguments.Bound bound = arguments.bind("map", "attribute", "default");
      AttributePath path = AttributePath.of(bound.required(0));
      Object fallback = bound.or(1, None.NONE);
      return fallback == None.NONE
          ? item -> path.get(item, render)
          : item -> path.getOr(item, fallback, render);
    }
    String name = name(arguments, "map requires a filter argument");
    Arguments rest = arguments.rest();
    return item -> Filters.apply(name, item, rest, render);
  }

  private static String name(Arguments arguments, String missing) {
    if (arguments.positional().isEmpty()) {
      throw new Fault(missing);
    }
    if (arguments.positional().get(0) instanceof String name) {
      return name;
    }
    throw new Fault("the name of a filter or test must be a str");
  }

  private static Object select(
      Object value, Arguments arguments, Render render, boolean keep, boolean byAttribute) {
    Arguments testArguments = arguments;
    AttributePath path = AttributePath.of(None.NONE);
    if (byAttribute) {
      if (arguments.positional().isEmpty()) {
        throw new Fault("Missing parameter for attribute name");
      }
      path = AttributePath.of(arguments.positional().get(0));
      testArguments = arguments.rest();
    }
    Predicate<Object> test = test(testArguments, render);
    AttributePath tested = path;
    return Generator.over(
        value,
        new Selected(
            itemsOf(value), item -> test.test(tested.get(item, render)) == keep, render.budget()));
  }

  private static Predicate<Object> test(Arguments arguments, Render render) {
    if (arguments.positional().isEmpty()) {
      return Values::truth;
    }
    String name = name(arguments, "a test is missing");
    Arguments rest = arguments.rest();
    return item -> ValueTests.test(name, item, rest, render);
  }

  /** The items that satisfy a condition, found as they are asked for. */
  static final class Selected implements Iterator<Object> {
    private final Iterator<Object> items;
    private final Predicate<Object> condition;
    private final Budget budget;
    private @Nullable Object found;

    Selected(Iterator<Object> items, Predicate<Object> condition, Budget budget) {
      this.items = items;
      this.condition = condition;
      this.budget = budget;
    }

    @Override
    public boolean hasNext() {
      while (found == null && items.hasNext()) {
        budget.step();
        Object item = items.next();
        found = condition.test(item) ? item : null;
      }
      return found != null;
    }

    @Override
    public Object next() {
      if (!hasNext() || found == null) {
        throw new NoSuchElementException();
      }
      Object item = found;
      found = null;
      return item;
    }
  }
}
