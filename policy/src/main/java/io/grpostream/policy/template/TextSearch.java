package io.grpostream.policy.template;

import java.util.List;

/** Searching strings: find, index, count, startswith and endswith, by code point. */
final class TextSearch {
  private TextSearch() {}

  /** The part of a string between optional start and end, and where that part begins. */
  private record Region(String text, long offset, boolean exists) {
    static Region of(String text, Arguments.Bound bound) {
      if (bound.none(1) && bound.none(2)) {
        return new Region(text, 0, true);
      }
      long size = Values.length(text);
      long start = clamp(bound.none(1) ? 0 : Numbers.index(bound.required(1)), size);
      long end = clamp(bound.none(2) ? size : Numbers.index(bound.required(2)), size);
      boolean startInside = bound.none(1) || Numbers.index(bound.required(1)) <= size;
      if (start > end || !startInside) {
        return new Region("", start, false);
      }
      int from = text.offsetByCodePoints(0, (int) start);
      int to = text.offsetByCodePoints(0, (int) end);
      return new Region(text.substring(from, to), start, true);
    }

    private static long clamp(long index, long size) {
      return Math.max(0, Math.min(size, index < 0 ? index + size : index));
    }
  }

  static Object find(String method, String text, Arguments arguments) {
    Arguments.Bound bound = arguments.bind(method, "sub", "start", "end");
    String wanted = bound.text(0);
    Region region = Region.of(text, bound);
    if (method.equals("count")) {
      return region.exists() ? count(region.text(), wanted) : 0L;
    }
    boolean last = method.startsWith("r");
    int at = last ? region.text().lastIndexOf(wanted) : region.text().indexOf(wanted);
    if (at < 0 || !region.exists()) {
      if (method.endsWith("index")) {
        throw new Fault("substring not found");
      }
      return -1L;
    }
    return region.offset() + region.text().codePointCount(0, at);
  }

  private static long count(String text, String wanted) {
    if (wanted.isEmpty()) {
      return Values.length(text) + 1;
    }
    long count = 0;
    for (int at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + wanted.length())) {
      count++;
    }
    return count;
  }

  /** startswith and endswith, of one string or of any in a tuple. */
  static Object affix(boolean prefix, String text, Arguments arguments) {
    String method = prefix ? "startswith" : "endswith";
    Arguments.Bound bound = arguments.bind(method, "prefix", "start", "end");
    Object wanted = bound.required(0);
    List<Object> candidates = wanted instanceof PyTuple tuple ? tuple.items() : List.of(wanted);
    Region region = Region.of(text, bound);
    for (Object candidate : candidates) {
      if (!(candidate instanceof String affix)) {
        throw new Fault(
            method + " first arg must be str or a tuple of str, not " + Values.typeName(candidate));
      }
      boolean found = prefix ? region.text().startsWith(affix) : region.text().endsWith(affix);
      if (found && region.exists()) {
        return true;
      }
    }
    return false;
  }
}
