package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Python's dict: insertion ordered; {@code 1}, {@code 1.0} and {@code True} are the same key, and
 * the first one written is the one that shows. Built once, then never changed.
 */
final class PyDict {
  record Entry(Object key, Object value) {}

  private final Map<Object, Entry> entries = new LinkedHashMap<>();

  static PyDict of(Iterable<Entry> entries) {
    PyDict dict = new PyDict();
    for (Entry entry : entries) {
      dict.put(entry.key(), entry.value());
    }
    return dict;
  }

  /** Only for whoever builds the dict. */
  void put(Object key, Object value) {
    Object hashed = hashKey(key);
    if (hashed == null) {
      throw new Fault("a dict key of type '" + Values.typeName(key) + "' is not supported");
    }
    Entry old = entries.get(hashed);
    entries.put(hashed, new Entry(old == null ? key : old.key(), value));
  }

  /**
   * Python's look-up by {@code in} and {@code get}: null when the key is absent.
   *
   * @throws Fault for a list or dict, which no key can equal
   */
  @Nullable Object find(Object key) {
    requireHashable(key);
    return get(key);
  }

  static void requireHashable(Object key) {
    if (key instanceof List<?> || key instanceof PyDict || key instanceof DictView) {
      throw new Fault("unhashable type: '" + Values.typeName(key) + "'");
    }
  }

  /** The value, or null when the key is absent or of a type that cannot be a key. */
  @Nullable Object get(Object key) {
    Object hashed = hashKey(key);
    Entry entry = hashed == null ? null : entries.get(hashed);
    return entry == null ? null : entry.value();
  }

  int size() {
    return entries.size();
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  List<Object> keys() {
    List<Object> keys = new ArrayList<>(size());
    entries().forEach(entry -> keys.add(entry.key()));
    return keys;
  }

  private static @Nullable Object hashKey(Object key) {
    if (key instanceof Boolean flag) {
      return flag ? 1L : 0L;
    }
    if (key instanceof Double number && number == Math.rint(number) && Math.abs(number) < 0x1p63) {
      return number.longValue();
    }
    boolean scalar =
        key instanceof String || key instanceof Long || key instanceof Double || key == None.NONE;
    return scalar ? key : null;
  }
}
