package io.grpostream.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes a configuration with every key that has a value, so that reading it gives the same. */
final class ConfigWriter {
  private ConfigWriter() {}

  static ObjectNode tree(Record section) {
    ObjectNode tree = ConfigTree.newObject();
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      Object value = read(component, section);
      if (value != null) {
        tree.set(Keys.name(component), node(value));
      }
    }
    return tree;
  }

  static @Nullable Object read(RecordComponent component, Record section) {
    try {
      return component.getAccessor().invoke(section);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }

  private static JsonNode node(Object value) {
    if (value instanceof List<?> list) {
      ArrayNode array = ConfigTree.newObject().arrayNode();
      list.forEach(entry -> array.add(node(entry)));
      return array;
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = ConfigTree.newObject();
      map.forEach((key, entry) -> object.set(String.valueOf(key), node(entry)));
      return object;
    }
    if (value instanceof Record section && !Scalars.isScalar(value.getClass())) {
      return tree(section);
    }
    if (value instanceof Integer || value instanceof Long) {
      return LongNode.valueOf(((Number) value).longValue());
    }
    if (value instanceof Double number && Double.isFinite(number)) {
      return DoubleNode.valueOf(number);
    }
    return value instanceof Boolean truth
        ? BooleanNode.valueOf(truth)
        : TextNode.valueOf(Scalars.text(value));
  }
}
