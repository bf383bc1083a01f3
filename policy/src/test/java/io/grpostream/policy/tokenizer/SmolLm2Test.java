package io.grpostream.policy.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpostream.policy.Golden;
import io.grpostream.policy.checkpoint.Checkpoint;
import io.grpostream.policy.checkpoint.CheckpointWriter;
import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.ModelConfig.Family;
import io.grpostream.policy.checkpoint.PolicyHash;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** A real model, SmolLM2-135M-Instruct, where {@code -Dsmollm2.dir} says it lies. */
@EnabledIfSystemProperty(named = "smollm2.dir", matches = ".+")
class SmolLm2Test {
  private static final Path FOLDER = Golden.folder("smollm2.dir");

  @TempDir Path target;

  @Test
  void encodesAndDecodesAsTransformersDoes() throws IOException {
    try (PolicyTokenizer tokenizer = PolicyTokenizer.open(FOLDER)) {
      for (JsonNode text : Golden.json("smollm2.json")) {
        int[] ids = Golden.ints(text.path("input_ids"));
        assertArrayEquals(ids, tokenizer.encode(text.path("text").asText(), true));
        assertEquals(text.path("decoded").asText(), tokenizer.decode(ids, false));
        int[] greedy = Golden.ints(text.path("greedy_ids"));
        assertEquals(text.path("greedy_text").asText(), tokenizer.decode(greedy, true));
        StreamingDecoder decoder = new StreamingDecoder(x -> tokenizer.decode(x, true));
        StringBuilder streamed = new StringBuilder();
        for (int id : greedy) {
          streamed.append(decoder.add(id));
        }
        streamed.append(decoder.finish());
        assertEquals(text.path("greedy_text").asText(), streamed.toString());
      }
    }
  }

  @Test
  void opensAndSurvivesAnExport() throws IOException {
    try (Checkpoint base = Checkpoint.open(FOLDER)) {
      assertEquals(Family.LLAMA, base.config().family());
      assertEquals(30, base.config().layers());
      assertTrue(base.config().tiedEmbeddings());
      assertEquals(List.of(2), base.eosTokenIds());
      CheckpointWriter.write(target, FOLDER, base.weights(), DType.F32);
      try (Checkpoint export = Checkpoint.open(target)) {
        assertEquals(PolicyHash.sha256(base.weights()), PolicyHash.sha256(export.weights()));
      }
    }
  }
}
