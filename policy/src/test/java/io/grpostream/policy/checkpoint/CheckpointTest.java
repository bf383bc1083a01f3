package io.grpostream.policy.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.Golden;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Opening checkpoint folders: the five golden ones, shards, and folders with something wrong. */
class CheckpointTest {
  private static final String NORM = "model.norm.weight";

  @TempDir Path folder;

  @BeforeEach
  void copyTheLlamaFolder() throws IOException {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(Golden.shipped().resolve("llama"))) {
      for (Path file : files) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.grpostream.policy.Golden#models")
  void opensTheGoldenFolders(Path golden) throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(golden)) {
      assertEquals(golden, checkpoint.folder());
      assertEquals(ModelConfig.read(golden), checkpoint.config());
      assertEquals(
          checkpoint.config().expectedTensors().keySet(), checkpoint.weights().tensors().keySet());
    }
  }

  @Test
  void endTokensComeFromTheGenerationConfigElseTheConfig() throws IOException {
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [5, 7]}");
    assertEquals(List.of(5, 7), eosTokenIds());
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": null}");
    assertEquals(List.of(2), eosTokenIds());
    Files.delete(folder.resolve("generation_config.json"));
    assertEquals(List.of(2), eosTokenIds());
    Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": 320}");
    assertRefused("eos_token_id is 320; it must be a token id below vocab_size, 320");
  }

  @Test
  void shardsReadLikeOneFile() throws IOException {
    String whole = hash();
    splitIntoShards();
    assertEquals(whole, hash());
    Files.delete(folder.resolve("model-2.safetensors"));
    assertRefused(folder.resolve("model-2.safetensors") + " is missing");
  }

  @Test
  void anIndexMustKeepItsPromisesAndItsFolder() throws IOException {
    splitIntoShards();
    Path index = folder.resolve("model.safetensors.index.json");
    String sound = Files.readString(index);
    Files.writeString(
        index,
        sound.replace(
            "\"" + NORM + "\":\"model-2.safetensors\"",
            "\"" + NORM + "\":\"model-1.safetensors\""));
    assertRefused("model-1.safetensors: tensor model.norm.weight is missing; the index says");
    Files.writeString(index, sound.replace("model-2.safetensors", "../model-2.safetensors"));
    assertRefused(" is \"../model-2.safetensors\"; it must be the name of a safetensors file");
    Files.writeString(index, "{}");
    assertRefused("model.safetensors.index.json: weight_map is missing");
  }

  @Test
  void aTensorThatIsMissingMisshapenOrNotFloatIsNamed() throws IOException {
    TensorsInMemory weights = copyOfTheWeights();
    replaceWeights(weights.without(NORM));
    assertRefused("model.safetensors: tensor model.norm.weight is missing");
    replaceWeights(copyOfTheWeights().floats(NORM, List.of(2L, 1L), 1, 2));
    assertRefused("tensor model.norm.weight has shape [2, 1]; by config.json it must be [64]");
    replaceWeights(copyOfTheWeights().longs(NORM, new long[64]));
    assertRefused("tensor model.norm.weight has dtype I64; weights must be F32, F16 or BF16");
  }

  @Test
  void whatTheModelHasNoPlaceForIsRefusedUnlessItIsHarmless() throws IOException {
    replaceWeights(copyOfTheWeights().floats("model.extra.weight", List.of(1L), 1));
    assertRefused("tensor model.extra.weight is not part of the model");
    String embedding = "model.embed_tokens.weight";
    float[] tied = FloatViewTest.floats(copyOfTheWeights(), embedding);
    replaceWeights(
        copyOfTheWeights()
            .floats("lm_head.weight", List.of(320L, 64L), tied)
            .floats("model.layers.0.self_attn.rotary_emb.inv_freq", List.of(1L), 1));
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      assertEquals(
          checkpoint.config().expectedTensors().keySet(), checkpoint.weights().tensors().keySet());
      ByteBuffer none = ByteBuffer.allocate(0);
      assertThrows(
          IllegalArgumentException.class,
          () -> checkpoint.weights().read("lm_head.weight", 0, none));
    }
    tied[320 * 64 - 1] += 1;
    replaceWeights(copyOfTheWeights().floats("lm_head.weight", List.of(320L, 64L), tied));
    assertRefused("lm_head.weight differs from model.embed_tokens.weight; tie_word_embeddings");
  }

  @Test
  void aMissingFolderOrWeightsFileIsOneClearLine() throws IOException {
    Path none = folder.resolve("none");
    UserErrorException error = assertThrows(UserErrorException.class, () -> Checkpoint.open(none));
    assertTrue(String.valueOf(error.getMessage()).startsWith(none + " is no folder"));
    Files.delete(folder.resolve("model.safetensors"));
    assertRefused("model.safetensors is missing");
    Files.createFile(folder.resolve("pytorch_model.bin"));
    assertRefused("model.safetensors is missing; pytorch_model.bin cannot be read");
  }

  @Test
  void whatTheWriterWritesOpensWithTheSameHash() throws IOException {
    String hash = hash();
    Path target = folder.resolve("deep").resolve("export");
    try (Checkpoint base = Checkpoint.open(folder)) {
      CheckpointWriter.write(target, folder, base.weights(), DType.F32);
      // Once more over the first: replacing is allowed.
      CheckpointWriter.write(target, folder, base.weights(), DType.F32);
    }
    try (Checkpoint export = Checkpoint.open(target)) {
      assertEquals(hash, PolicyHash.sha256(export.weights()));
      assertEquals(ModelConfig.read(folder), export.config());
    }
    for (String copied :
        List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "chat_template.jinja",
            "generation_config.json")) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve(copied)), Files.readAllBytes(target.resolve(copied)));
    }
    assertEquals(
        List.of(
            "chat_template.jinja",
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json"),
        namesIn(target));
  }

  @Test
  void aShorterDtypeIsRoundedOnceAndNamedInTheConfig() throws IOException {
    Path target = folder.resolve("export");
    Path again = folder.resolve("again");
    try (Checkpoint base = Checkpoint.open(folder)) {
      CheckpointWriter.write(target, folder, base.weights(), DType.BF16);
    }
    JsonObject config = JsonObject.read(target.resolve("config.json"));
    assertEquals("bfloat16", config.string("dtype"));
    try (Checkpoint export = Checkpoint.open(target)) {
      assertEquals(
          DType.BF16, Objects.requireNonNull(export.weights().tensors().get(NORM)).dtype());
      CheckpointWriter.write(again, target, export.weights(), DType.F32);
      try (Checkpoint back = Checkpoint.open(again)) {
        assertEquals(PolicyHash.sha256(export.weights()), PolicyHash.sha256(back.weights()));
      }
    }
  }

  @Test
  void configsOfTransformers4KeepTheirDtypeKey() throws IOException {
    Path config = folder.resolve("config.json");
    Files.writeString(
        config,
        Files.readString(config).replace("\"dtype\": \"float32\"", "\"torch_dtype\": null"));
    Path target = folder.resolve("export");
    CheckpointWriter.write(target, folder, copyOfTheWeights(), DType.F16);
    JsonObject written = JsonObject.read(target.resolve("config.json"));
    assertEquals("float16", written.string("torch_dtype"));
    assertTrue(!written.has("dtype"));
  }

  @Test
  void theWriterRefusesForeignWeightsAndTheBaseItself() throws IOException {
    Path target = folder.resolve("export");
    TensorsInMemory partial = copyOfTheWeights().without(NORM);
    assertThrows(
        UserErrorException.class, () -> CheckpointWriter.write(target, folder, partial, DType.F32));
    assertTrue(Files.notExists(target));
    TensorsInMemory weights = copyOfTheWeights();
    assertThrows(
        UserErrorException.class, () -> CheckpointWriter.write(folder, folder, weights, DType.F32));
  }

  private void assertRefused(String message) {
    UserErrorException error =
        assertThrows(UserErrorException.class, () -> Checkpoint.open(folder).close());
    String text = String.valueOf(error.getMessage());
    assertTrue(text.contains(message), text);
    assertTrue(text.startsWith(folder.toString()), text);
    assertEquals(1, text.lines().count(), text);
  }

  private List<Integer> eosTokenIds() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return checkpoint.eosTokenIds();
    }
  }

  private String hash() throws IOException {
    try (Checkpoint checkpoint = Checkpoint.open(folder)) {
      return PolicyHash.sha256(checkpoint.weights());
    }
  }

  private TensorsInMemory copyOfTheWeights() throws IOException {
    Path file = Golden.shipped().resolve("llama").resolve("model.safetensors");
    try (SafetensorsFile source = SafetensorsFile.open(file)) {
      TensorsInMemory copy = new TensorsInMemory();
      for (TensorInfo info : source.tensors().values()) {
        copy.floats(info.name(), info.shape(), FloatViewTest.floats(source, info.name()));
      }
      return copy;
    }
  }

  private void replaceWeights(TensorSource weights) throws IOException {
    writeTensors(folder.resolve("model.safetensors"), weights);
  }

  private static void writeTensors(Path file, TensorSource tensors) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      SafetensorsWriter.write(channel, tensors, DType.F32);
    }
  }

  /** Layer 0 goes to model-1, all else to model-2. */
  private void splitIntoShards() throws IOException {
    TensorsInMemory weights = copyOfTheWeights();
    TensorsInMemory one = new TensorsInMemory();
    TensorsInMemory two = new TensorsInMemory();
    StringBuilder map = new StringBuilder();
    for (TensorInfo info : weights.tensors().values()) {
      boolean first = info.name().contains("layers.0.");
      float[] values = FloatViewTest.floats(weights, info.name());
      (first ? one : two).floats(info.name(), info.shape(), values);
      map.append(map.isEmpty() ? "" : ",")
          .append('"')
          .append(info.name())
          .append(first ? "\":\"model-1.safetensors\"" : "\":\"model-2.safetensors\"");
    }
    writeTensors(folder.resolve("model-1.safetensors"), one);
    writeTensors(folder.resolve("model-2.safetensors"), two);
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"metadata\":{\"total_size\":1},\"weight_map\":{" + map + "}}");
    Files.delete(folder.resolve("model.safetensors"));
  }

  private static List<String> namesIn(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }
}
