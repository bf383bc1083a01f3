package io.grpostream.policy;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Objects;

/** Where the peers' numbers lie that tests compare with. */
public final class Golden {
  private Golden() {}

  /** The folder named by {@code -Dgolden.dir}; {@link #shipped()} if that is empty. */
  public static Path dir() {
    String chosen = System.getProperty("golden.dir", "");
    return chosen.isEmpty() ? shipped() : Path.of(chosen);
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
}
