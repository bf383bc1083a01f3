package io.grpostream.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Equality of records by what their arrays hold. */
final class Deep {
  private Deep() {}

  static void assertSame(Object expected, Object actual) {
    assertEquals(plain(expected), plain(actual));
  }

  /** Records as maps and arrays as lists, all the way down; NaN equals NaN, −0.0 is not 0.0. */
  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Record) {
      Map<String, @Nullable Object> members = new LinkedHashMap<>();
      for (RecordComponent component : value.getClass().getRecordComponents()) {
        try {
          component.getAccessor().setAccessible(true);
          members.put(component.getName(), plain(component.getAccessor().invoke(value)));
        } catch (ReflectiveOperationException e) {
          throw new LinkageError(e.getMessage(), e);
        }
      }
      return members;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> elements = new ArrayList<>();
      list.forEach(element -> elements.add(plain(element)));
      return elements;
    }
    if (value != null && value.getClass().isArray()) {
      List<@Nullable Object> elements = new ArrayList<>();
      for (int i = 0; i < Array.getLength(value); i++) {
        elements.add(Array.get(value, i));
      }
      return elements;
    }
    return value;
  }
}
