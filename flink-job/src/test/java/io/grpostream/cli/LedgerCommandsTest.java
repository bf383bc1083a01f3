package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code grpo ledger} on files written by hand: what it prints, and its exit codes. */
class LedgerCommandsTest {
  @TempDir Path folder;

  /** A step of one group of two completions, n and offset k. */
  private static String step(int k, String sha256, String parent, String rewards, int seconds) {
    return """
        {"determined":{"step":%d,"version":%d,"sha256":"%s","parentSha256":"%s","configSha256":"c","groups":[\
        {"number":%d,"at":{"topic":"prompts","partition":0,"offset":%d},"policyNumber":%d,"policySha256":"%s",\
        "rewards":%s,"outcome":"trained"}],"rewardMean":0.5,"metrics":{"loss":0.25},"updates":1},\
        "observed":{"lineage":"l","finishedAtMillis":1,"trainSeconds":%d,"waitSeconds":0.0,"publishSeconds":0.0,\
        "trainedTokens":1,"sampledTokens":1,"staleness":0,"peakMemoryBytes":-1}}
        """
        .formatted(k, k + 1, sha256, parent, k, k, k, parent, rewards, seconds);
  }

  private Path ledger(String name, String... steps) throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    Files.writeString(run.resolve("steps.jsonl"), String.join("", steps));
    return run;
  }

  @Test
  void checkPrintsWhatItFound() throws IOException {
    Path run = ledger("a", step(0, "b", "a", "[1.0,0.0]", 1), step(1, "c", "b", "[1.0,null]", 1));
    Ran ran = Ran.grpo("ledger", "check", run);
    assertEquals(0, ran.code(), ran.err());
    assertEquals(
        "{\"steps\":2,\"prompts\":2,\"missing\":[],\"repeated\":[],\"chainOk\":true}\n", ran.out());
    assertEquals(ran, Ran.grpo("ledger", "check", run.resolve("steps.jsonl")));
  }

  @Test
  void checkEndsWithCodeOneWhenSomethingIsWrong() throws IOException {
    Path run = ledger("a", step(0, "b", "a", "[1.0]", 1), step(2, "d", "c", "[1.0]", 1));
    Ran ran = Ran.grpo("ledger", "check", run);
    assertEquals(1, ran.code());
    assertEquals(
        "{\"steps\":2,\"prompts\":2,\"missing\":[\"prompts-0@1\"],\"repeated\":[],\"chainOk\":false}\n",
        ran.out());
    assertTrue(ran.err().contains("step 2 stands in the ledger where step 1 was due"), ran.err());
  }

  @Test
  void timesMayDiffer() throws IOException {
    Path a = ledger("a", step(0, "b", "a", "[1.0,0.0]", 1));
    Path b = ledger("b", step(0, "b", "a", "[1.0,0.0]", 2));
    Ran ran = Ran.grpo("ledger", "diff", a, b);
    assertEquals(0, ran.code(), ran.err());
    assertEquals("the same: 1 steps\n", ran.out());
  }

  @Test
  void diffNamesStepFieldAndBothValues() throws IOException {
    Path a = ledger("a", step(0, "b", "a", "[1.0,0.0]", 1), step(1, "c", "b", "[1.0,0.0]", 1));
    Path b = ledger("b", step(0, "b", "a", "[1.0,0.0]", 1), step(1, "c", "b", "[1.0,null]", 1));
    Ran text = Ran.grpo("ledger", "diff", a, b);
    Ran json = Ran.grpo("ledger", "diff", a, b, "--json");
    assertEquals(1, text.code());
    assertEquals("step 1: groups[0].rewards[1] is 0.0 in A and null in B\n", text.out());
    assertEquals(1, json.code());
    assertEquals(
        "{\"step\":1,\"field\":\"groups[0].rewards[1]\",\"a\":0.0,\"b\":null}\n", json.out());
  }

  @Test
  void theHashOfWhatAStepMadeIsComparedFirst() throws IOException {
    Path a = ledger("a", step(0, "b", "a", "[1.0]", 1));
    Path b = ledger("b", step(0, "B", "a", "[2.0]", 1));
    assertEquals(
        "step 0: sha256 is \"b\" in A and \"B\" in B\n", Ran.grpo("ledger", "diff", a, b).out());
  }

  @Test
  void aLedgerThatEndsEarlierDiffersThere() throws IOException {
    Path a = ledger("a", step(0, "b", "a", "[1.0]", 1));
    Path b = ledger("b", step(0, "b", "a", "[1.0]", 1), step(1, "c", "b", "[1.0]", 1));
    Ran ran = Ran.grpo("ledger", "diff", a, b);
    assertEquals(1, ran.code());
    assertTrue(ran.out().startsWith("step 1: determined is null in A and {"), ran.out());
  }

  @Test
  void showPrintsStepsAsTheyAre() throws IOException {
    List<String> steps =
        List.of(step(0, "b", "a", "[1.0,0.0]", 1), step(1, "c", "b", "[1.0,null]", 1));
    Path run = ledger("a", steps.toArray(String[]::new));
    assertEquals(
        String.join("", steps).replace("\"trainSeconds\":1,", "\"trainSeconds\":1.0,"),
        Ran.grpo("ledger", "show", run, "--json").out());
    Ran one = Ran.grpo("ledger", "show", run, "--step", "1");
    assertEquals(1, one.out().lines().count());
    assertTrue(one.out().startsWith("step 1 · version 2 c · parent b · 1 groups"), one.out());
  }

  @Test
  void aFolderWithoutALedgerIsAUsersError() {
    Ran ran = Ran.grpo("ledger", "check", folder);
    assertEquals(2, ran.code());
    assertEquals(1, ran.err().lines().count(), ran.err());
  }

  @Test
  void aLedgerMustBeNamed() {
    assertEquals(2, Ran.grpo("ledger", "check").code());
    assertEquals(2, Ran.grpo("ledger", "show", folder, "--bootstrap-servers", "x:1").code());
  }
}
