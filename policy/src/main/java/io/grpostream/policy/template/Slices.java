package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Python's items and slices of sequences; strings are counted by code point. */
final class Slices {
  private Slices() {}

  /** The element at an index that may count from the end, or null beyond the ends. */
  static @Nullable Object item(Object sequence, long index, Budget budget) {
    if (sequence instanceof String text) {
      budget.characters(text.length());
      int size = text.codePointCount(0, text.length());
      long at = index < 0 ? index + size : index;
      return at < 0 || at >= size
          ? null
          : Character.toString(text.codePointAt(text.offsetByCodePoints(0, (int) at)));
    }
    List<Object> items = Values.sequenceOrNull(sequence);
    if (items == null) {
      return null;
    }
    long at = index < 0 ? index + items.size() : index;
    return at < 0 || at >= items.size() ? null : items.get((int) at);
  }

  static Object slice(Object value, Object start, Object stop, Object step, Budget budget) {
    if (value instanceof Undefined undefined) {
      throw undefined.fault();
    } else if (value instanceof String text) {
      budget.characters(text.length());
      int[] points = text.codePoints().toArray();
      StringBuilder out = new StringBuilder();
      for (int at : Cut.of(points.length, start, stop, step).positions()) {
        out.appendCodePoint(points[at]);
      }
      return out.toString();
    }
    List<Object> items = Values.sequenceOrNull(value);
    if (items == null) {
      throw new Fault("a value of type '" + Values.typeName(value) + "' cannot be sliced");
    }
    Cut cut = Cut.of(items.size(), start, stop, step);
    if (value instanceof PyRange range) {
      return cut.of(range, budget);
    }
    budget.elements(items.size());
    List<Object> taken = new ArrayList<>();
    for (int at : cut.positions()) {
      taken.add(items.get(at));
    }
    List<Object> result = Collections.unmodifiableList(taken);
    return value instanceof PyTuple ? new PyTuple(result) : result;
  }

  /** Which positions a slice takes, as Python's slice.indices() finds them; last is not taken. */
  private record Cut(long first, long last, long stride) {
    static Cut of(int size, Object start, Object stop, Object step) {
      long stride = step == None.NONE ? 1 : Numbers.index(step);
      if (stride == 0) {
        throw new Fault("slice step cannot be zero");
      }
      boolean down = stride < 0;
      long first = bound(start, size, down, down ? size - 1 : 0);
      long last = bound(stop, size, down, down ? -1 : size);
      // A stride beyond the sequence takes one element; this keeps sums from overflowing.
      return new Cut(first, last, Math.max(-size - 1L, Math.min(size + 1L, stride)));
    }

    List<Integer> positions() {
      List<Integer> positions = new ArrayList<>();
      for (long at = first; stride < 0 ? at > last : at < last; at += stride) {
        positions.add((int) at);
      }
      return positions;
    }

    PyRange of(PyRange range, Budget budget) {
      return PyRange.of(
          range.start() + first * range.step(),
          range.start() + last * range.step(),
          stride * range.step(),
          budget);
    }
  }

  private static long bound(Object bound, int size, boolean down, long fallback) {
    if (bound == None.NONE) {
      return fallback;
    }
    long given = Numbers.index(bound);
    long at = given < 0 ? given + size : given;
    long lowest = down ? -1 : 0;
    long highest = down ? size - 1 : size;
    return Math.max(lowest, Math.min(highest, at));
  }
}
