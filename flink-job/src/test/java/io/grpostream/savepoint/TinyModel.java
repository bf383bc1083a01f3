package io.grpostream.savepoint;

import io.grpostream.bench.RandomWeights;
import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The demo's model with 2,864 parameters, drawn at random and the same on every machine, so that a
 * savepoint of its training is small.
 */
final class TinyModel {
  private static final int VOCABULARY = 16;
  private static final int HIDDEN = 16;
  private static final int INNER = 32;
  private static final int HEADS = 2;
  private static final int HEAD_DIM = 8;

  private TinyModel() {}

  /** Writes it as a checkpoint. */
  static Path write(Path demo, Path folder) throws IOException {
    Files.createDirectories(folder);
    for (String name : new String[] {"generation_config", "tokenizer", "tokenizer_config"}) {
      Files.copy(demo.resolve(name + ".json"), folder.resolve(name + ".json"));
    }
    Files.writeString(folder.resolve("config.json"), configuration(demo.resolve("config.json")));
    ModelConfig shape =
        new ModelConfig(
            ModelConfig.Family.LLAMA,
            VOCABULARY,
            HIDDEN,
            INNER,
            1,
            HEADS,
            HEADS,
            HEAD_DIM,
            1e-6,
            10_000,
            null,
            true,
            false,
            false,
            64,
            ModelConfig.NO_TOKEN);
    try (FileChannel file =
        FileChannel.open(
            folder.resolve("model.safetensors"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE)) {
      SafetensorsWriter.write(file, new RandomWeights(shape), DType.F32);
    }
    return folder;
  }

  private static String configuration(Path demo) throws IOException {
    return Files.readString(demo)
        .replace("\"head_dim\" : 32", "\"head_dim\" : " + HEAD_DIM)
        .replace("\"hidden_size\" : 128", "\"hidden_size\" : " + HIDDEN)
        .replace("\"intermediate_size\" : 384", "\"intermediate_size\" : " + INNER)
        .replace("\"num_attention_heads\" : 4", "\"num_attention_heads\" : " + HEADS)
        .replace("\"num_key_value_heads\" : 4", "\"num_key_value_heads\" : " + HEADS)
        .replace("\"num_hidden_layers\" : 4", "\"num_hidden_layers\" : 1");
  }
}
