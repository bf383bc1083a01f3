package io.grpostream.policy.checkpoint;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** Writes a checkpoint folder that transformers opens: new weights, everything else as the base. */
public final class CheckpointWriter {
  private static final String COMPANIONS =
      "{generation_config.json,tokenizer.json,tokenizer_config.json,special_tokens_map.json,"
          + "added_tokens.json,vocab.json,vocab.txt,merges.txt,tokenizer.model,chat_template.jinja,"
          + "chat_template.json,LICENSE*,NOTICE*}";
  private static final Set<String> DTYPE_KEYS = Set.of("dtype", "torch_dtype");

  private CheckpointWriter() {}

  /**
   * Writes {@code model.safetensors}, {@code config.json} with its dtype, and copies of the base's
   * tokenizer, chat template, generation and licence files. The weights appear under their name
   * only when they are complete and on disk.
   *
   * @param target made if missing; files of the same names are replaced
   * @param baseFolder the checkpoint the policy started from
   * @param weights the tensors that the base's config.json asks for, in any float dtype
   * @param dtype the float dtype to write
   * @throws UserErrorException if the target is the base folder, or the base's config.json or the
   *     weights do not fit
   */
  @SuppressWarnings("resource") // The checked view would close the caller's weights.
  public static void write(Path target, Path baseFolder, TensorSource weights, DType dtype)
      throws IOException {
    TensorSource checked =
        ModelTensors.of("the weights for " + target, weights, ModelConfig.read(baseFolder));
    Files.createDirectories(target);
    if (Files.isSameFile(target, baseFolder)) {
      throw new UserErrorException(target + " is the base checkpoint itself; write elsewhere");
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(baseFolder, COMPANIONS)) {
      for (Path file : files) {
        Files.copy(file, target.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    writeConfig(baseFolder.resolve("config.json"), target.resolve("config.json"), dtype);
    writeWeights(target.resolve("model.safetensors"), checked, dtype);
  }

  private static void writeConfig(Path base, Path target, DType dtype) throws IOException {
    ObjectNode config = JsonObject.read(base).node().deepCopy();
    // transformers before 4.56 knows only torch_dtype, later ones read both.
    String key = config.has("torch_dtype") ? "torch_dtype" : "dtype";
    config.remove(DTYPE_KEYS);
    config.put(key, torchName(dtype));
    ObjectMapper mapper =
        JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .build();
    Files.writeString(target, mapper.writeValueAsString(config) + "\n");
  }

  /** Writes a safetensors file that appears under its name only when it is complete and on disk. */
  static void writeWeights(Path file, TensorSource weights, DType dtype) throws IOException {
    Path partial = file.resolveSibling(file.getFileName() + ".partial");
    try (FileChannel channel =
        FileChannel.open(
            partial,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      SafetensorsWriter.write(channel, weights, dtype);
      channel.force(true);
    }
    Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
  }

  private static String torchName(DType dtype) {
    return switch (dtype) {
      case F32 -> "float32";
      case F16 -> "float16";
      case BF16 -> "bfloat16";
      case I64, I32 -> throw new IllegalArgumentException("weights are not written as " + dtype);
    };
  }
}
