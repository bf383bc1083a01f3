package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.List;

/** The {@code attribute} argument of filters: {@code a.b.0} goes down by items, step by step. */
record AttributePath(List<Object> parts) {
  static AttributePath of(Object attribute) {
    if (attribute == None.NONE) {
      return new AttributePath(List.of());
    }
    if (!(attribute instanceof String text)) {
      return new AttributePath(List.of(attribute));
    }
    List<Object> parts = new ArrayList<>();
    for (Object part : TextSplit.parts(text, ".", Integer.MAX_VALUE, false)) {
      String name = (String) part;
      parts.add(name.matches("\\d{1,18}") ? (Object) Long.parseLong(name) : name);
    }
    return new AttributePath(parts);
  }

  Object get(Object item, Render render) {
    Object value = item;
    for (Object part : parts) {
      value = Attributes.item(value, part, render);
    }
    return value;
  }

  /** As {@link #get}, with a default for each step that finds nothing. */
  Object getOr(Object item, Object fallback, Render render) {
    Object value = item;
    for (Object part : parts) {
      value = Attributes.item(value, part, render);
      value = value instanceof Undefined ? fallback : value;
    }
    return value;
  }
}
