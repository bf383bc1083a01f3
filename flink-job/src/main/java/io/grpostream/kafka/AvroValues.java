package io.grpostream.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Arrays, maps and absent numbers in the form Avro's records hold them, and back. */
final class AvroValues {
  private AvroValues() {}

  static List<Integer> boxed(int[] values) {
    List<Integer> list = new ArrayList<>(values.length);
    for (int value : values) {
      list.add(value);
    }
    return list;
  }

  static int[] ints(List<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  static List<Float> boxed(float[] values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  static float[] floats(List<Float> values) {
    float[] array = new float[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(i);
    }
    return array;
  }

  /** Numbers of which some may be absent: NaN here is null there. */
  static List<@Nullable Double> nullable(double[] values) {
    List<@Nullable Double> list = new ArrayList<>(values.length);
    for (double value : values) {
      list.add(nullable(value));
    }
    return list;
  }

  static @Nullable Double nullable(double value) {
    return Double.isNaN(value) ? null : value;
  }

  static double[] doubles(List<? extends @Nullable Double> values) {
    double[] array = new double[values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = orNaN(values.get(i));
    }
    return array;
  }

  static double orNaN(@Nullable Double value) {
    return value == null ? Double.NaN : value;
  }

  /** A copy in the order of its keys: equal maps become equal bytes. */
  static <V> Map<String, V> sorted(Map<String, V> map) {
    return new TreeMap<>(map);
  }

  /** The constant of that name; throws if this release has none. */
  static <E extends Enum<E>> E constant(Class<E> type, String name) throws UndecodableException {
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException e) {
      throw new UndecodableException(
          "its " + type.getSimpleName() + " " + name + " is not known here", e);
    }
  }

  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
