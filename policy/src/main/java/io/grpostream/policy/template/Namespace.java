package io.grpostream.policy.template;

import java.util.LinkedHashMap;
import java.util.Map;

/** {@code namespace(...)}: the only value a template may change, by {@code set ns.name = value}. */
final class Namespace {
  private final Map<String, Object> attributes = new LinkedHashMap<>();

  void set(String name, Object value) {
    attributes.put(name, value);
  }

  Object get(String name) {
    Object value = attributes.get(name);
    return value == null ? Undefined.attribute(this, name) : value;
  }
}
