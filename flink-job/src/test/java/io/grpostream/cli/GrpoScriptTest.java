package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The script {@code ./grpo}: when it builds, and what it hands on. Maven and Java are scripts here
 * that write down how they were called.
 */
class GrpoScriptTest {
  private static final Path SCRIPT = Path.of("../grpo");
  private static final FileTime LONG_AGO = FileTime.from(Instant.parse("2020-01-01T00:00:00Z"));

  @TempDir private Path folder;
  private Path home;

  @BeforeEach
  void project() throws IOException {
    home = Files.createDirectories(folder.resolve("a project"));
    script(home.resolve("grpo"), Files.readString(SCRIPT));
    write("pom.xml");
    for (String module : List.of("schemas", "policy", "flink-job")) {
      write(module + "/pom.xml");
      write(module + "/src/main/java/A.java");
      write(module + "/src/main/resources/a.txt");
    }
    script(
        folder.resolve("bin/mvn"),
        """
        #!/bin/bash
        echo "built in $PWD" >> '%s/calls'
        mkdir -p flink-job/target
        touch flink-job/target/flink-job-0.jar
        """
            .formatted(folder));
    script(
        folder.resolve("jdk/bin/java"),
        """
        #!/bin/bash
        if [[ $1 == --list-modules ]]; then echo jdk.compiler@17; exit; fi
        while [[ $1 != io.grpostream.cli.Grpo ]]; do shift; done
        printf '[%s]' "$@"
        exit 7
        """);
  }

  private void write(String name) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, "");
    try (Stream<Path> all = Files.walk(home)) {
      for (Path each : all.toList()) {
        Files.setLastModifiedTime(each, LONG_AGO);
      }
    }
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(file.resolveSibling(""));
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Ran grpo(Path from, Path script, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(from.toFile());
    builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
    builder
        .environment()
        .put("PATH", folder.resolve("bin") + ":" + builder.environment().get("PATH"));
    Process process = builder.redirectError(folder.resolve("err").toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    return new Ran(process.exitValue(), out, Files.readString(folder.resolve("err")));
  }

  private long builds() throws IOException {
    Path calls = folder.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls).size() : 0;
  }

  @Test
  void buildsOnceAndHandsOnWordsAndExitCode() throws Exception {
    Ran first = grpo(home, Path.of("./grpo"), "run", "--out", "two words");
    assertEquals("[io.grpostream.cli.Grpo][run][--out][two words]", first.out());
    assertEquals(7, first.code());
    assertTrue(first.err().startsWith("grpo: building "), first.err());
    Ran second = grpo(home, Path.of("./grpo"), "--help");
    assertEquals("", second.err());
    assertEquals(1, builds());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pom.xml",
        "policy/pom.xml",
        "schemas/src/main/java/A.java",
        "flink-job/src/main/resources/a.txt"
      })
  void buildsAgainWhenThisIsNewer(String changed) throws Exception {
    grpo(home, Path.of("./grpo"));
    Files.setLastModifiedTime(home.resolve(changed), FileTime.from(Instant.now().plusSeconds(1)));
    grpo(home, Path.of("./grpo"));
    assertEquals(2, builds());
  }

  @Test
  void buildsAgainWhenASourceIsGone() throws Exception {
    grpo(home, Path.of("./grpo"));
    Thread.sleep(20);
    Files.delete(home.resolve("policy/src/main/java/A.java"));
    grpo(home, Path.of("./grpo"));
    assertEquals(2, builds());
  }

  @Test
  void worksFromElsewhereAndThroughALink() throws Exception {
    Path elsewhere = Files.createDirectories(folder.resolve("elsewhere"));
    Path link = Files.createSymbolicLink(elsewhere.resolve("g"), home.resolve("grpo"));
    assertEquals("[io.grpostream.cli.Grpo][eval]", grpo(elsewhere, link, "eval").out());
    assertEquals(
        List.of("built in " + home.toRealPath()), Files.readAllLines(folder.resolve("calls")));
  }

  @Test
  void aFailedBuildIsNotTakenForOne() throws Exception {
    script(folder.resolve("bin/mvn"), "#!/bin/bash\nexit 1\n");
    Ran ran = grpo(home, Path.of("./grpo"));
    assertEquals(2, ran.code());
    assertTrue(ran.err().endsWith("grpo: the build failed; its messages are above\n"), ran.err());
    assertEquals(2, grpo(home, Path.of("./grpo")).code());
  }

  @Test
  void aPlaceThatCannotBeWrittenIsNamed() throws Exception {
    // A file in the way stops every user, where permissions would not stop root.
    Files.writeString(home.resolve("flink-job/target"), "");
    Ran ran = grpo(home, Path.of("./grpo"));
    assertEquals(2, ran.code());
    assertTrue(ran.err().startsWith("grpo: cannot build into "), ran.err());
    assertEquals(1, ran.err().lines().count(), ran.err());
  }
}
