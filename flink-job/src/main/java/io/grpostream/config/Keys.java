package io.grpostream.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Walks a configuration record's keys by reflection. */
final class Keys {
  /**
   * One key that holds a value.
   *
   * @param path the dotted path; {@code []} stands for an entry of a list
   */
  record Leaf(String path, RecordComponent component, Key key) {
    /** Whether the value is a list or a map. */
    boolean isStructure() {
      return !Scalars.isScalar(component.getType());
    }
  }

  private Keys() {}

  /** All keys that hold values, in order. */
  static List<Leaf> of(Class<? extends Record> type) {
    List<Leaf> leaves = new ArrayList<>();
    collect(type, "", leaves);
    return leaves;
  }

  private static void collect(Class<?> type, String prefix, List<Leaf> leaves) {
    for (RecordComponent component : type.getRecordComponents()) {
      String path = prefix + name(component);
      Class<?> element = elementType(component);
      if (holdsKeys(component)) {
        String inner = element == component.getType() ? "." : "[].";
        collect(element, path + inner, leaves);
      } else {
        leaves.add(new Leaf(path, component, key(component)));
      }
    }
  }

  /** Whether the key holds further keys instead of a value: a section, or a list of sections. */
  static boolean holdsKeys(RecordComponent component) {
    Class<?> element = elementType(component);
    return element.isRecord() && !Scalars.isScalar(element);
  }

  /** The key's name: the component's in kebab case. */
  static String name(RecordComponent component) {
    return component.getName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  static Key key(RecordComponent component) {
    Key key = component.getAnnotation(Key.class);
    if (key == null) {
      throw new IllegalStateException(component + " lacks @Key");
    }
    return key;
  }

  /** What a list or map component holds; the component's own type for others. */
  static Class<?> elementType(RecordComponent component) {
    if (component.getGenericType() instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return (Class<?>) arguments[arguments.length - 1];
    }
    return component.getType();
  }
}
