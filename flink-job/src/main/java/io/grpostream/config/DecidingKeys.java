package io.grpostream.config;

import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys that decide bits, as sorted {@code key=value} lines, and their hash. Entries of a list
 * keep their place: {@code rewards.functions[0].weight}.
 */
final class DecidingKeys {
  private DecidingKeys() {}

  /** SHA-256 (hex) of the sorted {@code key=value} lines in UTF-8, each ended by a line feed. */
  static String sha256(Map<String, String> keys) {
    String text =
        keys.entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .sorted()
            .map(line -> line + "\n")
            .reduce("", String::concat);
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  static SortedMap<String, String> lines(Record config) {
    SortedMap<String, String> lines = new TreeMap<>();
    collect(config, "", lines);
    return lines;
  }

  private static void collect(Record section, String prefix, Map<String, String> lines) {
    for (RecordComponent component : section.getClass().getRecordComponents()) {
      Object value = ConfigWriter.read(component, section);
      boolean holdsKeys = Keys.holdsKeys(component);
      if (holdsKeys || Keys.key(component).decidesBits()) {
        put(prefix + Keys.name(component), value, lines);
      }
    }
  }

  private static void put(String path, @Nullable Object value, Map<String, String> lines) {
    if (value instanceof Record section && !Scalars.isScalar(section.getClass())) {
      collect(section, path + ".", lines);
    } else if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        put(path + "[" + i + "]", list.get(i), lines);
      }
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((key, entry) -> put(path + "." + key, entry, lines));
    } else {
      // A line feed in a value must not look like the next line.
      lines.put(path, Scalars.text(value).replace("\\", "\\\\").replace("\n", "\\n"));
    }
  }
}
