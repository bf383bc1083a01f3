package io.grpostream.policy.checkpoint;

import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/**
 * Adapters as PEFT keeps them: a folder with {@code adapter_config.json} and {@code
 * adapter_model.safetensors}.
 *
 * @param config their shape and their base
 * @param weights A and B of every adapted matrix by PEFT name, in any float dtype
 */
public record AdapterFolder(AdapterConfig config, TensorSource weights) implements AutoCloseable {
  private static final String WEIGHTS = "adapter_model.safetensors";

  /** Whether a folder looks like one of PEFT's. */
  public static boolean holds(Path folder) {
    return Files.exists(folder.resolve(AdapterConfig.FILE));
  }

  /** What a folder's adapters look like, and which base they are for. */
  public static AdapterConfig config(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new UserErrorException(
          folder + " is no folder; adapters are a folder as PEFT writes it");
    }
    return AdapterConfig.read(folder);
  }

  /**
   * Opens a folder and checks its tensors against the base they are to stand beside.
   *
   * @throws UserErrorException one line naming file, tensor or key, and rule
   */
  public static AdapterFolder open(Path folder, ModelConfig base) {
    AdapterConfig config = config(folder);
    Path file = folder.resolve(WEIGHTS);
    if (!Files.exists(file) && Files.exists(folder.resolve("adapter_model.bin"))) {
      throw new UserErrorException(
          file + " is missing; adapter_model.bin cannot be read, save it as safetensors");
    }
    SafetensorsFile source = SafetensorsFile.open(file);
    try {
      check(file, source, config, base);
      return new AdapterFolder(config, source);
    } catch (RuntimeException e) {
      try (source) {
        throw e;
      } catch (IOException closing) {
        throw e;
      }
    }
  }

  private static void check(
      Path file, TensorSource source, AdapterConfig config, ModelConfig base) {
    SortedMap<String, List<Long>> expected = config.lora().expectedTensors(base);
    expected.forEach(
        (name, shape) -> {
          TensorInfo info = source.tensors().get(name);
          if (info == null || !info.shape().equals(shape)) {
            throw otherBase(
                file,
                name,
                info == null ? "is missing" : "has shape " + info.shape(),
                shape,
                config);
          }
          if (!FloatFormat.isFloat(info.dtype())) {
            throw new UserErrorException(
                file
                    + ": tensor "
                    + name
                    + " has dtype "
                    + info.dtype()
                    + "; it must be a float one");
          }
        });
    for (String name : source.tensors().keySet()) {
      if (!expected.containsKey(name)) {
        throw new UserErrorException(
            file
                + ": tensor "
                + name
                + " is not among those that "
                + AdapterConfig.FILE
                + " and the base model describe; were the adapters made for another base?");
      }
    }
  }

  private static UserErrorException otherBase(
      Path file, String name, String found, List<Long> shape, AdapterConfig config) {
    String made = config.base().isEmpty() ? "another base" : config.base();
    return new UserErrorException(
        file
            + ": tensor "
            + name
            + " "
            + found
            + "; beside this model it must have shape "
            + shape
            + "; the adapters were made for "
            + made);
  }

  /**
   * Writes a folder that PEFT opens; files of the same names are replaced. The weights appear under
   * their name only when they are complete and on disk.
   *
   * @param base the base checkpoint, by path or name, as PEFT is to look it up
   * @param weights the adapters by PEFT name
   * @param dtype the float dtype to write
   */
  public static void write(Path target, Lora lora, String base, TensorSource weights, DType dtype)
      throws IOException {
    Files.createDirectories(target);
    new AdapterConfig(lora, base).write(target);
    CheckpointWriter.writeWeights(target.resolve(WEIGHTS), weights, dtype);
  }

  @Override
  public void close() throws IOException {
    weights.close();
  }
}
