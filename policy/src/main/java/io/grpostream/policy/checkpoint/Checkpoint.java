package io.grpostream.policy.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A checkpoint folder in Hugging Face layout: what the model is, and its weights. */
public final class Checkpoint implements AutoCloseable {
  private final Path folder;
  private final ModelConfig config;
  private final List<Integer> eosTokenIds;
  private final TensorSource weights;

  private Checkpoint(
      Path folder, ModelConfig config, List<Integer> eosTokenIds, TensorSource weights) {
    this.folder = folder;
    this.config = config;
    this.eosTokenIds = eosTokenIds;
    this.weights = weights;
  }

  /**
   * Opens a folder and checks that every tensor of the model is there with the right shape.
   *
   * @throws UserErrorException one line naming file, tensor or key, and rule
   */
  public static Checkpoint open(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new UserErrorException(
          folder + " is no folder; a checkpoint is a folder in Hugging Face layout");
    }
    if (AdapterFolder.holds(folder) && !Files.exists(folder.resolve("config.json"))) {
      throw new UserErrorException(
          folder
              + " holds adapters, no model; give their base as the checkpoint, and this folder as"
              + " the adapters (--adapter or lora.adapter)");
    }
    ModelConfig config = ModelConfig.read(folder);
    List<Integer> eosTokenIds = readEosTokenIds(folder, config.vocabSize());
    Path file = weightsFile(folder);
    TensorSource source =
        file.getFileName().toString().endsWith(".json")
            ? ShardedCheckpoint.open(file)
            : SafetensorsFile.open(file);
    try {
      TensorSource weights = ModelTensors.of(file.toString(), source, config);
      return new Checkpoint(folder, config, eosTokenIds, weights);
    } catch (IOException | RuntimeException e) {
      try (source) {
        throw e;
      }
    }
  }

  private static Path weightsFile(Path folder) {
    Path single = folder.resolve("model.safetensors");
    Path index = folder.resolve("model.safetensors.index.json");
    if (!Files.exists(single) && Files.exists(index)) {
      return index;
    }
    if (!Files.exists(single) && Files.exists(folder.resolve("pytorch_model.bin"))) {
      throw new UserErrorException(
          single + " is missing; pytorch_model.bin cannot be read, convert it to safetensors");
    }
    return single;
  }

  /** transformers stops at generation_config.json's end tokens, else at config.json's. */
  private static List<Integer> readEosTokenIds(Path folder, int vocabSize) {
    Optional<JsonObject> generation =
        JsonObject.readIfPresent(folder.resolve("generation_config.json"));
    JsonObject json =
        generation
            .filter(g -> g.has("eos_token_id"))
            .orElseGet(() -> JsonObject.read(folder.resolve("config.json")));
    JsonNode value = json.get("eos_token_id");
    if (value == null) {
      return List.of();
    }
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : value.isArray() ? value : List.of(value)) {
      if (!id.isInt() || id.intValue() < 0 || id.intValue() >= vocabSize) {
        throw json.error(
            "eos_token_id", "must be a token id below vocab_size, " + vocabSize + ", or a list");
      }
      ids.add(id.intValue());
    }
    return List.copyOf(ids);
  }

  /** The folder it was opened from. */
  public Path folder() {
    return folder;
  }

  public ModelConfig config() {
    return config;
  }

  /**
   * The model's tensors, as {@link ModelConfig#expectedTensors()} lists them, in any float dtype.
   */
  public TensorSource weights() {
    return weights;
  }

  /** The ids that end a completion; may be empty. */
  public List<Integer> eosTokenIds() {
    return eosTokenIds;
  }

  @Override
  public void close() throws IOException {
    weights.close();
  }
}
