package io.grpostream.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a tree of values into configuration records. A value that is wrong is noted and replaced by
 * its preset, so that one pass finds everything else that is wrong too.
 */
final class Binder {
  private final UnaryOperator<Path> lookup;
  private final List<ConfigError> errors = new ArrayList<>();
  private final Set<String> failed = new HashSet<>();
  private final List<String> keys;
  private final List<String> sections;

  /**
   * @param root the outermost record, whose keys are suggested for unknown ones
   * @param lookup turns a path as written into the one that is meant
   */
  Binder(Class<? extends Record> root, UnaryOperator<Path> lookup) {
    this.lookup = lookup;
    this.keys = Keys.of(root).stream().map(Keys.Leaf::path).toList();
    this.sections =
        Stream.concat(
                keys.stream().map(key -> key.substring(0, key.lastIndexOf('.'))),
                Keys.of(root).stream().filter(Keys.Leaf::isStructure).map(Keys.Leaf::path))
            .distinct()
            .toList();
  }

  /** Everything found wrong so far. */
  List<ConfigError> errors() {
    return errors;
  }

  /**
   * Reads one record.
   *
   * @param node its keys and values; for the outermost record always an object
   * @param prefix the dotted key of the record with its final dot; empty for the outermost
   * @return null if it cannot be made; {@link #errors()} then says why
   */
  <R extends Record> @Nullable R bind(Class<R> type, JsonNode node, String prefix) {
    boolean empty = node.isMissingNode() || node.isNull();
    if (!empty && !node.isObject()) {
      String key = prefix.substring(0, prefix.length() - 1);
      fail(key, node, "it must hold keys with values", "write key: value");
      return bind(type, MissingNode.getInstance(), prefix);
    }
    RecordComponent[] components = type.getRecordComponents();
    rejectUnknown(components, node, prefix);
    @Nullable Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      String path = prefix + Keys.name(components[i]);
      Object value = value(components[i], node.path(Keys.name(components[i])), path);
      if (value == null && failed.contains(path)) {
        value = fallback(components[i], path);
      }
      if (value == null && !nullable(components[i])) {
        return null;
      }
      values[i] = value;
    }
    return construct(type, values, prefix);
  }

  private <R extends Record> @Nullable R construct(
      Class<R> type, @Nullable Object[] values, String prefix) {
    RecordComponent[] components = type.getRecordComponents();
    // Every failing attempt replaces at least one value, so this ends.
    for (int attempt = 0; attempt <= components.length; attempt++) {
      try {
        return instance(type, values);
      } catch (InvalidSectionException e) {
        Set<String> refused = new HashSet<>();
        for (ConfigError error : e.errors()) {
          ConfigError full = error.within(prefix);
          refused.add(full.key());
          if (full.involved().noneMatch(failed::contains)) {
            errors.add(full);
          }
        }
        failed.addAll(refused);
        for (int i = 0; i < components.length; i++) {
          String path = prefix + Keys.name(components[i]);
          if (refused.contains(path)) {
            values[i] = fallback(components[i], path);
          }
        }
      }
    }
    return null;
  }

  private void rejectUnknown(RecordComponent[] components, JsonNode node, String prefix) {
    Set<String> names = new TreeSet<>();
    Arrays.stream(components).forEach(component -> names.add(Keys.name(component)));
    for (Iterator<String> given = node.fieldNames(); given.hasNext(); ) {
      String name = given.next();
      if (!names.contains(name)) {
        List<String> known = node.path(name).isContainerNode() ? sections : keys;
        String remedy = "did you mean " + NearestKey.of(prefix + name, known) + "?";
        fail(prefix + name, node.path(name), "there is no such key", remedy);
      }
    }
  }

  private @Nullable Object value(RecordComponent component, JsonNode node, String path) {
    Class<?> type = component.getType();
    if (Keys.holdsKeys(component) && type.isRecord()) {
      return bind(type.asSubclass(Record.class), node, path + ".");
    }
    Key key = Keys.key(component);
    if (!node.isMissingNode() && !node.isNull()) {
      return convert(component, node, path);
    }
    if (key.preset().equals(Key.REQUIRED)) {
      fail(path, MissingNode.getInstance(), "it must be given", "set the " + key.means());
      return null;
    }
    return preset(component, path);
  }

  private @Nullable Object preset(RecordComponent component, String path) {
    String preset = Keys.key(component).preset();
    return nullable(component) ? null : convert(component, ConfigTree.parseValue(preset), path);
  }

  /** Something valid in place of a value that was refused. */
  private @Nullable Object fallback(RecordComponent component, String path) {
    if (!Keys.key(component).preset().equals(Key.REQUIRED)) {
      return preset(component, path);
    }
    Class<?> type = component.getType();
    if (type == List.class) {
      return List.of();
    }
    if (Keys.holdsKeys(component)) {
      return null;
    }
    return type == Path.class ? Path.of("") : "";
  }

  private @Nullable Object convert(RecordComponent component, JsonNode node, String path) {
    Class<?> type = component.getType();
    if (Scalars.isScalar(type)) {
      return scalar(type, node, path, Keys.key(component).means());
    }
    JsonNode structure = node.isTextual() ? ConfigTree.parseValue(node.asText()) : node;
    if (type == Map.class) {
      return map(structure, path);
    }
    if (type != List.class) {
      throw new IllegalStateException("no configuration key can be of type " + type);
    }
    return list(component, structure, path);
  }

  private @Nullable Object scalar(Class<?> type, JsonNode node, String path, String means) {
    if (!node.isValueNode()) {
      fail(path, node, "it must be a single value", "this is: " + means);
      return null;
    }
    try {
      Object value = Scalars.parse(type, node.asText());
      return value instanceof Path written ? lookup.apply(written) : value;
    } catch (IllegalArgumentException e) {
      fail(path, node, String.valueOf(e.getMessage()), "this is: " + means);
      return null;
    }
  }

  private @Nullable Map<String, String> map(JsonNode node, String path) {
    if (!node.isObject()) {
      fail(path, node, "it must hold keys with values", "write {key: value}");
      return null;
    }
    Map<String, String> map = new TreeMap<>();
    node.properties()
        .forEach(
            entry -> {
              if (entry.getValue().isValueNode() && !entry.getValue().isNull()) {
                map.put(entry.getKey(), entry.getValue().asText());
              } else {
                String key = path + "." + entry.getKey();
                fail(key, entry.getValue(), "it must be a single value", "write key: value");
              }
            });
    return map;
  }

  private @Nullable List<Object> list(RecordComponent component, JsonNode node, String path) {
    Class<?> element = Keys.elementType(component);
    if (!node.isArray()) {
      fail(path, node, "it must be a list", "write [one, two], or lines that begin with '- '");
      return null;
    }
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < node.size(); i++) {
      String item = path + "[" + i + "]";
      Object value =
          Keys.holdsKeys(component)
              ? bind(element.asSubclass(Record.class), node.path(i), item + ".")
              : scalar(element, node.path(i), item, "one entry of the list");
      if (value == null) {
        failed.add(path);
      } else {
        list.add(value);
      }
    }
    return list;
  }

  private static boolean nullable(RecordComponent component) {
    return Keys.key(component).preset().equals(Key.ABSENT);
  }

  private void fail(String path, JsonNode node, String rule, String remedy) {
    String value =
        node.isMissingNode() ? "missing" : node.isValueNode() ? node.asText() : node.toString();
    errors.add(new ConfigError(path, value, rule, remedy));
    failed.add(path);
  }

  private static <R extends Record> R instance(Class<R> type, @Nullable Object[] values) {
    Class<?>[] parameters =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<R> constructor = type.getDeclaredConstructor(parameters);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof InvalidSectionException invalid) {
        throw invalid;
      }
      throw new IllegalStateException("cannot make " + type, e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make " + type, e);
    }
  }
}
