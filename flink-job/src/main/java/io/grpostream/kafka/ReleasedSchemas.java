package io.grpostream.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/**
 * Every schema a record type was ever released with: {@code released/Name.1.avsc}, {@code
 * released/Name.2.avsc}, … on the class path, so that old records are read without a registry.
 */
final class ReleasedSchemas {
  private ReleasedSchemas() {}

  /** The released schemas of a record type, oldest first. */
  static List<Schema> of(Class<?> type) {
    List<Schema> schemas = new ArrayList<>();
    for (int release = 1; ; release++) {
      String path = "/released/" + type.getSimpleName() + "." + release + ".avsc";
      try (InputStream in = type.getResourceAsStream(path)) {
        if (in == null) {
          return schemas;
        }
        schemas.add(new Schema.Parser().parse(in));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read " + path + " from the class path", e);
      }
    }
  }
}
