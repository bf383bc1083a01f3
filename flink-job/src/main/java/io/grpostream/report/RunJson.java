package io.grpostream.report;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * How a run's records look as JSON: each record one object on one line, its components by name, map
 * keys sorted, so that equal records give equal bytes. NaN, which JSON lacks, is null; infinities
 * are the strings "Infinity" and "-Infinity".
 */
public final class RunJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .addModule(nanAsNull())
          .build();

  private RunJson() {}

  /** The record on one line, without a line break. */
  public static String write(Object record) {
    try {
      return MAPPER.writeValueAsString(record);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("cannot write " + record.getClass().getName(), e);
    }
  }

  /**
   * A record from its line. Fields it does not know are skipped.
   *
   * @throws JsonProcessingException if the line is not JSON, or a component is missing or of
   *     another type
   */
  public static <T> T read(String line, Class<T> type) throws JsonProcessingException {
    return MAPPER.readValue(line, type);
  }

  private static SimpleModule nanAsNull() {
    SimpleModule module = new SimpleModule("nan-as-null");
    module.addSerializer(Double.class, new NumberOut());
    module.addSerializer(double.class, new NumberOut());
    module.addSerializer(double[].class, new NumbersOut());
    module.addDeserializer(Double.class, new NumberIn());
    module.addDeserializer(double.class, new NumberIn());
    module.addDeserializer(double[].class, new NumbersIn());
    return module;
  }

  private static void write(double value, JsonGenerator json) throws IOException {
    if (Double.isNaN(value)) {
      json.writeNull();
    } else {
      json.writeNumber(value);
    }
  }

  private static final class NumberOut extends StdSerializer<Double> {
    NumberOut() {
      super(Double.class);
    }

    @Override
    public void serialize(Double value, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      write(value, json);
    }
  }

  private static final class NumbersOut extends StdSerializer<double[]> {
    NumbersOut() {
      super(double[].class);
    }

    @Override
    public void serialize(double[] values, JsonGenerator json, SerializerProvider provider)
        throws IOException {
      json.writeStartArray();
      for (double value : values) {
        write(value, json);
      }
      json.writeEndArray();
    }
  }

  private static final class NumberIn extends StdDeserializer<Double> {
    NumberIn() {
      super(Double.class);
    }

    @Override
    public Double deserialize(JsonParser json, DeserializationContext context) throws IOException {
      return _parseDoublePrimitive(json, context);
    }

    @Override
    public Double getNullValue(DeserializationContext context) {
      return Double.NaN;
    }
  }

  private static final class NumbersIn extends StdDeserializer<double[]> {
    NumbersIn() {
      super(double[].class);
    }

    @Override
    public double[] deserialize(JsonParser json, DeserializationContext context)
        throws IOException {
      if (!json.isExpectedStartArrayToken()) {
        context.reportWrongTokenException(this, JsonToken.START_ARRAY, "an array of numbers");
      }
      double[] values = new double[16];
      int size = 0;
      for (JsonToken token = json.nextToken();
          token != JsonToken.END_ARRAY;
          token = json.nextToken()) {
        if (size == values.length) {
          values = Arrays.copyOf(values, 2 * size);
        }
        values[size++] =
            token == JsonToken.VALUE_NULL ? Double.NaN : _parseDoublePrimitive(json, context);
      }
      return Arrays.copyOf(values, size);
    }
  }
}
