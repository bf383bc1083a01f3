package io.grpostream.rewards;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example in docs/rewards.md, compiled and loaded as a user's jar would be. */
class DocumentedRewardTest {
  @TempDir Path jar;

  @Test
  void theExampleCompilesAndScores() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "rewards.md"));
    compile(block(page, "```java\n"));
    String services = block(page, "```\n# META-INF/services/");
    Path file =
        Files.createDirectories(jar.resolve("META-INF/services"))
            .resolve(services.lines().findFirst().orElseThrow());
    Files.writeString(file, services.substring(services.indexOf('\n') + 1));

    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader plugin = new URLClassLoader(new URL[] {jar.toUri().toURL()}, before)) {
      thread.setContextClassLoader(plugin);
      Rewards rewards =
          Rewards.of(List.of(new Rewards.Spec("keywords", 1, Map.of("each", "0.25"))));
      assertArrayEquals(new double[] {0.5}, score(rewards, Map.of("keywords", "tea milk sugar")));
      assertArrayEquals(new double[] {Double.NaN}, score(rewards, Map.of()));
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static double[] score(Rewards rewards, Map<String, String> fields) {
    return rewards.score(
        new RewardFunction.Input("What do you like?", "tea with milk", fields, 3, false),
        (index, cause) -> {
          throw new AssertionError(cause);
        });
  }

  private void compile(String source) throws IOException {
    Path file = Files.writeString(jar.resolve("Keywords.java"), source);
    String classPath = System.getProperty("java.class.path");
    int exit =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-cp", classPath, "-d", jar.toString(), file.toString());
    assertEquals(0, exit, "the example in docs/rewards.md does not compile");
  }

  private static String block(String page, String start) {
    Matcher block =
        Pattern.compile(Pattern.quote(start) + "(.*?)```", Pattern.DOTALL).matcher(page);
    assertTrue(block.find(), "docs/rewards.md has no block that starts " + start);
    return block.group(1);
  }
}
