package io.grpostream.policy.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The JSON header of a safetensors file, checked as strictly as the format's own library does:
 * known dtypes, byte counts that fit the shapes, tensors that fill the data without gap or overlap.
 *
 * @param tensors every tensor by name
 * @param begins where each tensor's bytes begin, counted from the end of the header
 */
record SafetensorsHeader(SortedMap<String, TensorInfo> tensors, SortedMap<String, Long> begins) {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .build();

  SafetensorsHeader {
    tensors = Collections.unmodifiableSortedMap(tensors);
    begins = Collections.unmodifiableSortedMap(begins);
  }

  /**
   * Parses and checks a header.
   *
   * @param file named in errors
   * @param json the header's bytes
   * @param dataLength bytes that follow the header
   * @throws UserErrorException naming file and tensor
   */
  static SafetensorsHeader parse(String file, byte[] json, long dataLength) {
    SortedMap<String, TensorInfo> tensors = new TreeMap<>();
    SortedMap<String, Long> begins = new TreeMap<>();
    try (JsonParser parser = MAPPER.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new UserErrorException(file + ": the header is not a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        if (name.equals("__metadata__")) {
          parser.skipChildren();
          continue;
        }
        Entry entry = new Entry(file, name, parser.readValueAsTree());
        tensors.put(name, entry.info());
        begins.put(name, entry.begin());
      }
      if (parser.nextToken() != null) {
        throw new UserErrorException(file + ": more follows the header's JSON object");
      }
    } catch (JsonProcessingException e) {
      throw new UserErrorException(
          file + ": the header is not valid JSON: " + JsonObject.oneLine(e), e);
    } catch (IOException e) {
      throw new UserErrorException(file + ": the header cannot be read: " + e.getMessage(), e);
    }
    checkLayout(file, tensors, begins, dataLength);
    return new SafetensorsHeader(tensors, begins);
  }

  /** Tensors must follow each other without gap or overlap and end where the file ends. */
  private static void checkLayout(
      String file,
      SortedMap<String, TensorInfo> tensors,
      SortedMap<String, Long> begins,
      long dataLength) {
    List<TensorInfo> inOrder = new ArrayList<>(tensors.values());
    inOrder.sort(
        Comparator.comparingLong((TensorInfo t) -> begins.getOrDefault(t.name(), 0L))
            .thenComparingLong(TensorInfo::byteLength));
    long end = 0;
    for (TensorInfo tensor : inOrder) {
      long begin = begins.getOrDefault(tensor.name(), 0L);
      if (begin != end) {
        throw error(
            file,
            tensor.name(),
            "begins at byte "
                + begin
                + ", but the tensor before it ends at "
                + end
                + (begin < end ? "; tensors must not overlap" : "; gaps are not allowed"));
      }
      if (tensor.byteLength() > dataLength - begin) {
        throw error(
            file,
            tensor.name(),
            "needs bytes "
                + begin
                + " to "
                + (begin + tensor.byteLength())
                + ", but the file holds "
                + dataLength
                + " bytes of data; it is truncated or damaged");
      }
      end = begin + tensor.byteLength();
    }
    if (end != dataLength) {
      throw new UserErrorException(
          file + ": " + (dataLength - end) + " bytes follow the last tensor");
    }
  }

  private static UserErrorException error(String file, String name, String rule) {
    return new UserErrorException(file + ": tensor " + printable(name) + " " + rule);
  }

  /** A name from a damaged file may hold anything; an error stays one short line. */
  private static String printable(String name) {
    String clean = name.replaceAll("\\p{Cntrl}", "?");
    return clean.length() <= 100 ? clean : clean.substring(0, 100) + "…";
  }

  /** One tensor's entry: dtype, shape, data_offsets. */
  private record Entry(String file, String name, JsonNode json) {
    TensorInfo info() {
      TensorInfo info = new TensorInfo(name, dtype(), shape());
      long begin = begin();
      long end = offset(1);
      long bytes;
      try {
        bytes = info.byteLength();
      } catch (ArithmeticException e) {
        throw error(file, name, "has an impossible shape, " + printable(json.get("shape") + ""));
      }
      if (end < begin || end - begin != bytes) {
        throw error(
            file,
            name,
            "has data_offsets ["
                + begin
                + ", "
                + end
                + "], but dtype and shape need "
                + bytes
                + " bytes");
      }
      return info;
    }

    long begin() {
      return offset(0);
    }

    private DType dtype() {
      String dtype = json.path("dtype").asText();
      return Arrays.stream(DType.values())
          .filter(d -> d.safetensorsName().equals(dtype))
          .findFirst()
          .orElseThrow(
              () ->
                  error(
                      file,
                      name,
                      "has dtype "
                          + printable(dtype)
                          + "; it must be one of "
                          + Arrays.stream(DType.values())
                              .map(DType::safetensorsName)
                              .collect(Collectors.joining(", "))));
    }

    private List<Long> shape() {
      JsonNode shape = json.path("shape");
      List<Long> dimensions = new ArrayList<>();
      for (JsonNode dimension : shape) {
        dimensions.add(count(dimension, "shape"));
      }
      if (!shape.isArray()) {
        throw error(file, name, "has no shape");
      }
      return dimensions;
    }

    private long offset(int index) {
      JsonNode offsets = json.path("data_offsets");
      if (!offsets.isArray() || offsets.size() != 2) {
        throw error(file, name, "needs data_offsets of two numbers");
      }
      return count(offsets.get(index), "data_offsets");
    }

    private long count(JsonNode value, String key) {
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
        throw error(
            file,
            name,
            "has " + printable(value.toString()) + " in " + key + "; it must be a whole number");
      }
      return value.longValue();
    }
  }
}
