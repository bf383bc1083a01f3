package io.grpostream.policy.template;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The table of filters: what may follow {@code |}, and be named in {@code map}. */
final class Filters {
  /** One filter: the value before the bar, the arguments, the render it belongs to. */
  interface Filter {
    Object apply(Object value, Arguments arguments, Render render);
  }

  private static final Set<String> LACKING =
      Set.of(
          "filesizeformat",
          "forceescape",
          "groupby",
          "pprint",
          "random",
          "striptags",
          "truncate",
          "urlencode",
          "urlize",
          "wordwrap",
          "xmlattr");

  private static final Map<String, Filter> FILTERS = new HashMap<>();

  static {
    TextFilters.register(FILTERS);
    NumberFilters.register(FILTERS);
    SequenceFilters.register(FILTERS);
    SelectionFilters.register(FILTERS);
    OrderFilters.register(FILTERS);
  }

  private Filters() {}

  static Object apply(String name, Object value, Arguments arguments, Render render) {
    Filter filter = FILTERS.get(name);
    if (filter == null) {
      throw LACKING.contains(name)
          ? Fault.unsupported("this filter")
          : new Fault("there is no filter of this name");
    }
    return filter.apply(value, arguments, render);
  }

  /** The test {@code is filter}. */
  static boolean exists(Object name) {
    return FILTERS.containsKey(name) || LACKING.contains(name);
  }
}
