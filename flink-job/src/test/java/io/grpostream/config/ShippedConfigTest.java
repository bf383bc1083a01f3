package io.grpostream.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.pretraining.PretrainConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.logging.log4j.core.config.ConfigurationSource;
import org.apache.logging.log4j.core.config.properties.PropertiesConfigurationFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Loads every file that is shipped in {@code conf/}. */
class ShippedConfigTest {
  private static final Path CONF = Path.of("../conf");

  /** How a file is loaded. */
  @FunctionalInterface
  private interface Loader {
    void load(Path file) throws Exception;
  }

  /** Every file by name; all others are runs' configurations. */
  private static final Map<String, Loader> OTHERS =
      Map.of(
          "log4j2.properties", ShippedConfigTest::loadLogging,
          "config.yaml", ShippedConfigTest::loadFlink,
          "flink-java.options", ShippedConfigTest::loadJava,
          "computing-java.options", ShippedConfigTest::loadJava,
          "pretrain-demo.yaml", file -> ConfigFile.load(PretrainConfig.class, file, List.of()));

  @TestFactory
  Stream<DynamicTest> everyFileLoads() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(CONF)) {
      files = all.sorted().toList();
    }
    assertFalse(files.isEmpty());
    return files.stream()
        .map(
            file -> {
              String name = file.getFileName().toString();
              Loader loader = OTHERS.getOrDefault(name, ShippedConfigTest::loadRun);
              return DynamicTest.dynamicTest(name, () -> loader.load(file));
            });
  }

  private static void loadRun(Path file) {
    RunConfig config = ConfigFile.load(file, List.of());
    assertEquals(List.of(), config.warnings(2), "on the two cores that the README names");
  }

  /** The cluster's own file, as Flink reads it; its heap fits docker-compose.yml's -Xmx2g. */
  private static void loadFlink(Path file) {
    Configuration flink = GlobalConfiguration.loadConfiguration(file.resolveSibling("").toString());

    assertEquals(2, flink.get(TaskManagerOptions.NUM_TASK_SLOTS));
    MemorySize heap =
        flink
            .get(TaskManagerOptions.FRAMEWORK_HEAP_MEMORY)
            .add(flink.get(TaskManagerOptions.TASK_HEAP_MEMORY));
    assertTrue(heap.getMebiBytes() <= 2048, heap.toString());
  }

  /** As Java's launcher reads it; it refuses what it does not know. */
  private static void loadJava(Path file) throws Exception {
    Process java =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + file,
                "-version")
            .redirectErrorStream(true)
            .start();
    String said = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, java.waitFor(), said);
  }

  private static void loadLogging(Path file) throws IOException {
    try (var input = Files.newInputStream(file)) {
      var configuration =
          new PropertiesConfigurationFactory()
              .getConfiguration(null, new ConfigurationSource(input, file.toFile()));
      configuration.initialize();
      assertEquals(Set.of("console", "file"), configuration.getAppenders().keySet());
    }
  }
}
