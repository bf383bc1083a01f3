package io.grpostream.rewards;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.ThreadLocalRandom;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;

/** 0 or 1 by chance, another time otherwise: a policy trained on it is not deterministic. */
public final class RandomReward implements RewardFunctionFactory {
  /** Called by {@link java.util.ServiceLoader}. */
  public RandomReward() {}

  @Override
  public String name() {
    return "random";
  }

  @Override
  public RewardFunction create(Map<String, String> options) {
    return input -> OptionalDouble.of(ThreadLocalRandom.current().nextInt(2));
  }

  /** Makes it a plug-in's jar, as a user would. */
  public static void pack(Path jar) throws IOException {
    String name = RandomReward.class.getName();
    String file = name.replace('.', '/') + ".class";
    try (InputStream code = RandomReward.class.getClassLoader().getResourceAsStream(file);
        JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      add(out, file, Objects.requireNonNull(code).readAllBytes());
      add(
          out,
          "META-INF/services/" + RewardFunctionFactory.class.getName(),
          name.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void add(JarOutputStream jar, String name, byte[] content) throws IOException {
    jar.putNextEntry(new JarEntry(name));
    jar.write(content);
    jar.closeEntry();
  }
}
