package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The measurement of the pipeline, on little work. */
class BenchPipelineTest {
  private static Ran bench(String... options) {
    String[] args = new String[options.length + 4];
    System.arraycopy(new String[] {"bench", "pipeline", "--shape", "tiny"}, 0, args, 0, 4);
    System.arraycopy(options, 0, args, 4, options.length);
    return Ran.grpo((Object[]) args);
  }

  @Test
  @Tag("long")
  void theLastLineHasTheEnginesAndThePipelinesTimes() throws Exception {
    Ran ran =
        bench(
            "--prompts=2",
            "--group=2",
            "--prompt-tokens=4",
            "--completion-tokens=4",
            "--steps=4",
            "--threads=1",
            "--parallelism=2",
            "--json");
    assertEquals(0, ran.code(), ran.err());
    JsonNode line = new ObjectMapper().readTree(ran.out().lines().reduce("", (a, b) -> b));
    double engine = line.get("engine_step_s").asDouble();
    double pipeline = line.get("pipeline_step_s").asDouble();
    assertTrue(engine > 0 && pipeline > 0, line.toString());
    assertEquals(
        (line.get("engine_before_s").asDouble() + line.get("engine_after_s").asDouble()) / 2,
        engine,
        2e-4);
    assertEquals(
        100 * (1 - engine / pipeline), line.get("overhead_percent").asDouble(), 5, line.toString());
    for (String name :
        new String[] {
          "engine_sample_s",
          "engine_update_s",
          "checkpoints",
          "checkpoint_bytes",
          "checkpoint_s",
          "checkpoint_sync_ms",
          "train_s",
          "publish_s",
          "wait_s"
        }) {
      assertTrue(line.get(name).asDouble() >= 0, name);
    }
    assertTrue(line.get("with_checkpoints").get("pipeline_step_s").asDouble() > 0);
  }

  @Test
  void whatDoesNotDivideIsRefused() {
    Ran ran = bench("--prompts=3", "--parallelism=2");
    assertEquals(2, ran.code());
    assertEquals("--parallelism is 2; it must divide --prompts, which is 3", ran.err().strip());
  }
}
