package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Help, exit codes and messages of the command line; nothing here needs a model. */
class GrpoTest {
  @TempDir Path folder;

  @TestFactory
  Stream<DynamicTest> everyCommandExplainsItself() {
    List<List<String>> paths = new ArrayList<>();
    collect(
        Grpo.commandLine(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter())),
        List.of(),
        paths);
    return paths.stream()
        .map(path -> DynamicTest.dynamicTest("grpo " + path, () -> assertExplains(path)));
  }

  private static void collect(CommandLine command, List<String> path, List<List<String>> paths) {
    paths.add(path);
    command
        .getSubcommands()
        .forEach(
            (name, inner) -> {
              List<String> longer = new ArrayList<>(path);
              longer.add(name);
              collect(inner, longer, paths);
            });
  }

  private static void assertExplains(List<String> path) {
    List<String> words = new ArrayList<>(path);
    words.add("--help");
    Ran ran = Ran.grpo(words.toArray());

    assertEquals(0, ran.code(), ran.err());
    assertTrue(ran.out().startsWith("Usage: grpo " + String.join(" ", path)), ran.out());
    assertEquals("", ran.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "prompts",
        "check-config",
        "generate --prompt x",
        "export --out x",
        "export --out x --model a --run b",
        "export --out x --model a --dtype fp64",
        "generate --model a --prompt x --max-tokens many",
      })
  void aWrongCommandLineEndsWithCodeTwoAndTheUsage(String line) {
    Ran ran = Ran.grpo(line.isEmpty() ? new Object[0] : (Object[]) line.split(" "));

    assertEquals(2, ran.code());
    assertTrue(ran.err().contains("Usage: grpo"), ran.err());
    assertEquals("", ran.out());
  }

  @Test
  void anUnknownCommandIsMetWithSuggestions() {
    Ran ran = Ran.grpo("chek-config");

    assertEquals(2, ran.code());
    assertTrue(ran.err().contains("Did you mean: grpo check-config"), ran.err());
  }

  @Test
  void aUsersErrorIsOneLineAndCodeTwo() {
    Ran ran = Ran.grpo("generate", "--model", folder.resolve("none"), "--prompt", "x");

    assertEquals(2, ran.code());
    assertEquals(1, ran.err().lines().count(), ran.err());
    assertTrue(ran.err().startsWith(folder.resolve("none") + " is no folder; "), ran.err());
  }

  @Test
  void aConfigurationsErrorsAreOneLineEach() throws IOException {
    Path file = folder.resolve("c.yaml");
    Files.writeString(file, "policy: {checkpoint: a, max-prompt-tokens: 0}\nlerner: {}\n");

    Ran ran = Ran.grpo("check-config", file);

    assertEquals(2, ran.code());
    assertEquals(
        """
        F: lerner is {}; there is no such key; did you mean learner?
        F: policy.max-prompt-tokens is 0; it must be at least 1; give the longest prompt you expect
        F: rewards.functions is missing; it must be given; set the reward functions; a completion's \
        reward is their weighted sum
        """,
        ran.err().replace(file.toString(), "F"));
  }

  @Test
  void aValidConfigurationIsPrintedSoThatItIsValidAgain() throws IOException {
    Path file = folder.resolve("c.yaml");
    Files.writeString(
        file, "policy: {checkpoint: /a}\nrewards: {functions: [{name: exact-answer}]}\n");
    Ran valid = Ran.grpo("check-config", file, "--set", "run.seed=5");
    Ran printed = Ran.grpo("check-config", file, "--print", "--set", "run.seed=5");
    Files.writeString(file, printed.out());

    assertEquals(0, valid.code());
    assertEquals(file + " is valid\n", valid.out());
    assertTrue(printed.out().contains("seed: 5"), printed.out());
    assertEquals(printed.out(), Ran.grpo("check-config", file, "--print").out());
  }

  @Test
  void whatAUserCanMendIsExplainedHoweverDeepItLies() {
    StringWriter err = new StringWriter();
    Failures failures = new Failures(new PrintWriter(err), false);

    assertEquals(
        2,
        failures.report(
            new RuntimeException(
                new IllegalStateException(new java.net.BindException("Address in use: 8081")))));
    assertEquals(2, failures.report(new IOException("No space left on device")));
    assertEquals(2, failures.report(new UnsatisfiedLinkError("libtorch.so")));
    List<String> lines = err.toString().lines().toList();
    assertEquals(3, lines.size());
    assertTrue(lines.get(0).startsWith("a port is in use (Address in use: 8081); "));
    assertTrue(lines.get(1).startsWith("the disk is full (No space left on device); "));
    assertTrue(lines.get(2).startsWith("a native library does not load: libtorch.so; "));
  }

  @Test
  void anUnexpectedErrorIsCodeOneAndItsPlaceIsShownOnDemand() {
    StringWriter brief = new StringWriter();
    StringWriter verbose = new StringWriter();
    RuntimeException failure = new IllegalStateException("odd");

    assertEquals(1, new Failures(new PrintWriter(brief), false).report(failure));
    assertEquals(1, new Failures(new PrintWriter(verbose), true).report(failure));
    assertEquals(
        "unexpected error: java.lang.IllegalStateException: odd (-v shows where)",
        brief.toString().strip());
    assertFalse(brief.toString().contains("\tat "));
    assertTrue(verbose.toString().contains("\tat " + GrpoTest.class.getName()));
  }

  @Test
  void aFileThatIsNoPromptIsRefusedBeforeKafkaIsAsked() throws IOException {
    Path file = folder.resolve("p.jsonl");
    Files.writeString(file, "{\"prompt\":\"a\"}\nnot a prompt\n");

    Ran ran = Ran.grpo("prompts", "load", file, "--bootstrap-servers", "localhost:1");

    assertEquals(2, ran.code(), ran.err());
    assertTrue(ran.err().contains("p.jsonl"), ran.err());
    assertEquals(1, ran.err().lines().count(), ran.err());
  }
}
