package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The filters over sequences that need no comparison: first, last, list, batch, sum, … */
final class SequenceFilters {
  private SequenceFilters() {}

  static void register(Map<String, Filters.Filter> filters) {
    filters.put("default", SequenceFilters::orDefault);
    filters.put("d", SequenceFilters::orDefault);
    filters.put("length", SequenceFilters::length);
    filters.put("count", SequenceFilters::length);
    filters.put("first", (value, arguments, render) -> first(value));
    filters.put("last", SequenceFilters::last);
    filters.put("list", (value, arguments, render) -> frozenList(value, render));
    filters.put("reverse", SequenceFilters::reverse);
    filters.put("items", (value, arguments, render) -> items(value));
    filters.put("attr", SequenceFilters::attribute);
    filters.put("batch", SequenceFilters::batch);
    filters.put("slice", SequenceFilters::slice);
    filters.put("sum", SequenceFilters::sum);
  }

  private static Object orDefault(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("default", "default_value", "boolean");
    boolean missing = value instanceof Undefined || (bound.flag(1, false) && !Values.truth(value));
    return missing ? bound.or(0, "") : value;
  }

  private static Object length(Object value, Arguments arguments, Render render) {
    arguments.bind("length");
    render.budget().characters(value instanceof String text ? text.length() : 0);
    return Values.length(value);
  }

  private static Object first(Object value) {
    Iterator<Object> items = Values.iterator(value);
    return items.hasNext() ? items.next() : new Undefined("No first item, sequence was empty.");
  }

  private static Object last(Object value, Arguments arguments, Render render) {
    Object last =
        value instanceof String
            ? Slices.item(value, -1, render.budget())
            : onlyLast(reversible(value));
    return last == null ? new Undefined("No last item, sequence was empty.") : last;
  }

  private static @Nullable Object onlyLast(List<Object> items) {
    return items.isEmpty() ? null : items.get(items.size() - 1);
  }

  /** The items of what Python's reversed() takes. */
  private static List<Object> reversible(Object value) {
    if (value instanceof PyDict dict) {
      return dict.keys();
    } else if (value instanceof DictView view) {
      return view.items();
    } else if (value instanceof Undefined) {
      return List.of();
    }
    List<Object> items = Values.sequenceOrNull(value);
    if (items == null) {
      throw new Fault("'" + Values.typeName(value) + "' object is not reversible");
    }
    return items;
  }

  private static List<Object> frozenList(Object value, Render render) {
    return Collections.unmodifiableList(Values.list(value, render.budget()));
  }

  /** A string reversed, a generator as a list, anything else as an iterator that is walked once. */
  private static Object reverse(Object value, Arguments arguments, Render render) {
    if (value instanceof String) {
      return Slices.slice(value, None.NONE, None.NONE, -1L, render.budget());
    }
    boolean generator = value instanceof Generator;
    List<Object> items =
        generator ? Values.list(value, render.budget()) : new ArrayList<>(reversible(value));
    render.budget().elements(items.size());
    Collections.reverse(items);
    return generator
        ? Collections.unmodifiableList(items)
        : Generator.of(Values.typeName(value) + "_reverseiterator", items.iterator());
  }

  private static Object items(Object value) {
    if (value instanceof Undefined) {
      return Generator.of("generator", Collections.emptyIterator());
    } else if (value instanceof PyDict dict) {
      return Generator.of("generator", DictMethods.items(dict).iterator());
    }
    throw new Fault("Can only get item pairs from a mapping.");
  }

  private static Object attribute(Object value, Arguments arguments, Render render) {
    String name = arguments.bind("attr", "name").text(0);
    // Unlike value.name this never falls back to a dict's key.
    return value instanceof PyDict dict && DictMethods.bind(dict, name) == null
        ? Undefined.attribute(value, name)
        : Attributes.attribute(value, name);
  }

  private static Object batch(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("batch", "linecount", "fill_with");
    long size = Numbers.index(bound.required(0));
    List<Object> batches = new ArrayList<>();
    List<Object> batch = new ArrayList<>();
    for (Object item : Values.list(value, render.budget())) {
      if (batch.size() == size) {
        batches.add(Collections.unmodifiableList(batch));
        batch = new ArrayList<>();
      }
      batch.add(item);
    }
    if (!batch.isEmpty()) {
      if (!bound.none(1) && batch.size() < size) {
        render.budget().elements(size - batch.size());
        batch.addAll(Collections.nCopies((int) size - batch.size(), bound.required(1)));
      }
      batches.add(Collections.unmodifiableList(batch));
    }
    return Generator.of("generator", batches.iterator());
  }

  private static Object slice(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("slice", "slices", "fill_with");
    long count = Numbers.index(bound.required(0));
    if (count == 0) {
      throw new Fault("integer division or modulo by zero");
    }
    render.budget().elements(Math.max(0, count));
    List<Object> items = Values.list(value, render.budget());
    List<Object> slices = new ArrayList<>();
    int start = 0;
    for (long i = 0; i < count; i++) {
      boolean longer = i < items.size() % count;
      int end = start + (int) (items.size() / count) + (longer ? 1 : 0);
      List<Object> slice = new ArrayList<>(items.subList(start, end));
      if (!longer && !bound.none(1)) {
        slice.add(bound.required(1));
      }
      slices.add(Collections.unmodifiableList(slice));
      start = end;
    }
    return Generator.of("generator", slices.iterator());
  }

  private static Object sum(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("sum", "attribute", "start");
    AttributePath path = AttributePath.of(bound.or(0, None.NONE));
    Object sum = bound.or(1, 0L);
    if (sum instanceof String) {
      throw new Fault("sum() can't sum strings");
    }
    for (Object item : Values.list(value, render.budget())) {
      sum = Arithmetic.apply("+", sum, path.get(item, render), render);
    }
    return sum;
  }
}
