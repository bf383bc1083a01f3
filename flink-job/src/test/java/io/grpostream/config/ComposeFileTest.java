package io.grpostream.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** docker-compose.yml is YAML of Compose's form, and what it names in this repository exists. */
class ComposeFileTest {
  private static final Path PROJECT = Path.of("..");

  @Test
  void itNamesItsServicesAndWhatTheyMount() throws IOException {
    JsonNode compose = read();
    Set<String> services = new TreeSet<>();
    compose.get("services").fieldNames().forEachRemaining(services::add);

    assertEquals(Set.of("kafka", "jobmanager", "taskmanager"), services);
    for (JsonNode service : compose.get("services")) {
      assertTrue(service.get("image").isTextual());
      for (JsonNode mount : service.get("volumes")) {
        String source = mount.asText().split(":")[0];
        boolean named = compose.get("volumes").has(source);
        // Made by the first run: absent from a fresh clone.
        boolean made = source.equals("./runs");
        assertTrue(named || made || Files.isDirectory(PROJECT.resolve(source)), source);
      }
    }
  }

  @Test
  void itsCommandsNameClassesThatExist() throws Exception {
    for (String name : List.of("jobmanager", "taskmanager")) {
      JsonNode command = read().get("services").get(name).get("command");
      int classPath = 1;
      while (!command.get(classPath).asText().equals("-cp")) {
        String option = command.get(classPath).asText();
        assertTrue(!option.startsWith("@") || exists(option), option);
        classPath++;
      }
      int word = classPath + 2;
      while (!command.get(word).asText().startsWith("--")) {
        Class<?> main = Class.forName(command.get(word).asText());
        assertFalse(main.getMethod("main", String[].class).isSynthetic());
        word++;
      }
      assertTrue(word > classPath + 2, "a main class, after those that run it");
      assertEquals("--configDir", command.get(word).asText());
      assertEquals("${PWD}/conf", command.get(word + 1).asText());
    }
  }

  /** Whether a file of options, "@${PWD}/…", is in this repository. */
  private static boolean exists(String options) {
    return Files.isRegularFile(PROJECT.resolve(options.replace("@${PWD}/", "")));
  }

  /** With SnakeYAML itself, which resolves anchors and merges. */
  private static JsonNode read() throws IOException {
    Object tree =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(Files.readString(PROJECT.resolve("docker-compose.yml")));
    return new YAMLMapper().valueToTree(tree);
  }
}
