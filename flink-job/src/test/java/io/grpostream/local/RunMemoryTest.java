package io.grpostream.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.config.ConfigFile;
import io.grpostream.config.RunConfig;
import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.memory.MemoryCheck;
import io.grpostream.policy.memory.MicroBatch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What the memory of a run is counted from. */
final class RunMemoryTest {
  private static final OptionalLong EIGHT_GIGABYTES = OptionalLong.of(8_000_000_000L);

  /** The shipped demo, with its files where the tests find them. */
  private static MemoryCheck demo(String... overrides) {
    List<String> all = new ArrayList<>(List.of(overrides));
    all.add("policy.checkpoint=../models/adder");
    all.add("prompts.file=../data/addition-train.jsonl");
    RunConfig config = ConfigFile.load(Path.of("../conf/demo.yaml"), all);
    return RunMemory.of(config);
  }

  /** "242+562=" is eight tokens, and bos; 32 groups of 9 + 8 · 5 tokens fit 8192. */
  @Test
  void theMicroBatchIsOfTheFilesLongestPrompt() {
    assertEquals(new MicroBatch(32, 8, 9, 5), demo().work().microBatch());
    assertEquals(new MicroBatch(2, 8, 9, 5), demo("learner.max-tokens=99").work().microBatch());
  }

  @Test
  void theDemoFits() {
    assertTrue(demo().check(EIGHT_GIGABYTES).isEmpty());
  }

  @Test
  void whatCannotFitNamesTheKey() {
    MemoryCheck large = demo("rollout.group-size=10000000", "rollout.max-rows=10000000");
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> large.check(EIGHT_GIGABYTES));
    String message = String.valueOf(error.getMessage());
    assertTrue(message.contains("lower rollout.group-size, which is 10000000"), message);
  }
}
