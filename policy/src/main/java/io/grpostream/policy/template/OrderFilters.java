package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The filters that compare: sort, dictsort, min, max and unique. */
final class OrderFilters {
  private OrderFilters() {}

  static void register(Map<String, Filters.Filter> filters) {
    filters.put("sort", OrderFilters::sort);
    filters.put("dictsort", OrderFilters::dictSort);
    filters.put("min", (value, arguments, render) -> extreme("min", value, arguments, render));
    filters.put("max", (value, arguments, render) -> extreme("max", value, arguments, render));
    filters.put("unique", OrderFilters::unique);
  }

  private static Object sort(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("sort", "reverse", "case_sensitive", "attribute");
    List<AttributePath> paths = new ArrayList<>();
    if (bound.or(2, None.NONE) instanceof String names) {
      TextSplit.parts(names, ",", Integer.MAX_VALUE, false)
          .forEach(name -> paths.add(AttributePath.of(name)));
    } else {
      paths.add(AttributePath.of(bound.or(2, None.NONE)));
    }
    boolean exactCase = bound.flag(1, false);
    return sorted(
        Values.list(value, render.budget()),
        item -> {
          List<Object> keys = new ArrayList<>();
          paths.forEach(path -> keys.add(fold(path.get(item, render), exactCase)));
          return keys;
        },
        bound.flag(0, false),
        render);
  }

  private static Object dictSort(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("dictsort", "case_sensitive", "by", "reverse");
    if (!(value instanceof PyDict dict)) {
      throw new Fault("needs a dict, not " + Values.typeName(value));
    }
    Object by = bound.or(1, "key");
    if (!by.equals("key") && !by.equals("value")) {
      throw new Fault("You can only sort by either \"key\" or \"value\"");
    }
    boolean exactCase = bound.flag(0, false);
    int position = by.equals("key") ? 0 : 1;
    return sorted(
        DictMethods.items(dict),
        item -> fold(((PyTuple) item).items().get(position), exactCase),
        bound.flag(2, false),
        render);
  }

  private static Object fold(Object key, boolean exactCase) {
    return key instanceof String text && !exactCase ? Cases.lower(text) : key;
  }

  /** Stable, in both directions; each key is made once. */
  private static List<Object> sorted(
      List<Object> items, UnaryOperator<Object> key, boolean reverse, Render render) {
    record Keyed(Object key, Object item) {}
    List<Keyed> keyed = new ArrayList<>();
    for (Object item : items) {
      render.budget().step();
      keyed.add(new Keyed(key.apply(item), item));
    }
    Comparator<Keyed> order = Comparator.comparing(Keyed::key, render.comparison()::order);
    try {
      keyed.sort(reverse ? order.reversed() : order);
    } catch (IllegalArgumentException e) {
      throw new Fault("the items have no consistent order");
    }
    List<Object> sorted = new ArrayList<>();
    keyed.forEach(one -> sorted.add(one.item()));
    return Collections.unmodifiableList(sorted);
  }

  private static Object extreme(String name, Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind(name, "case_sensitive", "attribute");
    boolean exactCase = bound.flag(0, false);
    AttributePath path = AttributePath.of(bound.or(1, None.NONE));
    List<Object> items = Values.list(value, render.budget());
    if (items.isEmpty()) {
      return new Undefined("No aggregated item, sequence was empty.");
    }
    Object best = items.get(0);
    Object bestKey = fold(path.get(best, render), exactCase);
    for (Object item : items.subList(1, items.size())) {
      Object key = fold(path.get(item, render), exactCase);
      int order = render.comparison().order(key, bestKey);
      if (name.equals("min") ? order < 0 : order > 0) {
        best = item;
        bestKey = key;
      }
    }
    return best;
  }

  private static Object unique(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("unique", "case_sensitive", "attribute");
    boolean exactCase = bound.flag(0, false);
    AttributePath path = AttributePath.of(bound.or(1, None.NONE));
    List<Object> seen = new ArrayList<>();
    return Generator.over(
        value,
        new SelectionFilters.Selected(
            Values.iterator(value),
            item -> {
              Object key = fold(path.get(item, render), exactCase);
              PyDict.requireHashable(key);
              boolean first = seen.stream().noneMatch(old -> render.comparison().equal(old, key));
              seen.add(key);
              return first;
            },
            render.budget()));
  }
}
