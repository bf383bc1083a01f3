package io.grpostream.policy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Where the peers' numbers lie that tests compare with. */
public final class Golden {
  private Golden() {}

  /** The folder named by {@code -Dgolden.dir}; {@link #shipped()} if that is empty. */
  public static Path dir() {
    return System.getProperty("golden.dir", "").isEmpty() ? shipped() : folder("golden.dir");
  }

  /**
   * A folder that a system property names; a relative one counts from the project's folder, where
   * Maven is called.
   */
  public static Path folder(String property) {
    String chosen = System.getProperty(property, "");
    Path folder = Path.of("..").toAbsolutePath().normalize().resolve(chosen);
    if (chosen.isEmpty() || !Files.isDirectory(folder)) {
      throw new IllegalArgumentException(property + " is " + chosen + "; it must be a folder");
    }
    return folder;
  }

  /** The folder in the test resources, for tests whose expected numbers stand in their source. */
  public static Path shipped() {
    URL url = Objects.requireNonNull(Golden.class.getResource("/golden"));
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A JSON file of {@link #dir()}. */
  public static JsonNode json(String name) throws IOException {
    return new ObjectMapper().readTree(dir().resolve(name).toFile());
  }

  /** The elements of a JSON file of {@link #dir()} that is a list. */
  public static Stream<JsonNode> list(String name) throws IOException {
    return StreamSupport.stream(json(name).spliterator(), false);
  }

  /** The model folders of {@link #dir()}: those with logits to compare with. */
  public static Stream<Path> models() throws IOException {
    try (Stream<Path> folders = Files.list(dir())) {
      List<Path> models =
          folders
              .filter(folder -> Files.exists(folder.resolve("logits.safetensors")))
              .sorted()
              .toList();
      if (models.isEmpty()) {
        throw new IllegalArgumentException(dir() + " holds no model with logits.safetensors");
      }
      return models.stream();
    }
  }

  /** A JSON list of whole numbers. */
  public static int[] ints(JsonNode array) {
    return IntStream.range(0, array.size()).map(i -> array.get(i).asInt()).toArray();
  }
}
