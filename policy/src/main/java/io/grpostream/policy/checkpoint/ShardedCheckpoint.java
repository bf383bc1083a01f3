package io.grpostream.policy.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A checkpoint in several safetensors files, as {@code model.safetensors.index.json} lists them.
 */
public final class ShardedCheckpoint implements TensorSource {
  // A plain name: an index must not reach outside its folder.
  private static final Pattern SHARD_NAME = Pattern.compile("[\\w.-]+\\.safetensors");

  private final Map<String, SafetensorsFile> shards = new TreeMap<>();
  private final SortedMap<String, SafetensorsFile> shardOf = new TreeMap<>();
  private final SortedMap<String, TensorInfo> tensors = new TreeMap<>();

  private ShardedCheckpoint() {}

  /**
   * Opens the index and all files it names.
   *
   * @throws UserErrorException if one is missing or malformed, or lacks a tensor that the index
   *     promises
   */
  public static ShardedCheckpoint open(Path index) throws IOException {
    JsonObject weightMap = JsonObject.read(index).object("weight_map");
    ShardedCheckpoint checkpoint = new ShardedCheckpoint();
    try {
      for (Map.Entry<String, JsonNode> entry : weightMap.node().properties()) {
        String shard = entry.getValue().asText();
        if (!SHARD_NAME.matcher(shard).matches()) {
          throw weightMap.error(entry.getKey(), "must be the name of a safetensors file");
        }
        checkpoint.add(entry.getKey(), index.resolveSibling(shard));
      }
      return checkpoint;
    } catch (RuntimeException e) {
      try (checkpoint) {
        throw e;
      }
    }
  }

  private void add(String name, Path file) {
    SafetensorsFile shard =
        shards.computeIfAbsent(file.toString(), f -> SafetensorsFile.open(file));
    TensorInfo info = shard.tensors().get(name);
    if (info == null) {
      throw new UserErrorException(
          file + ": tensor " + name + " is missing; the index says it is in this file");
    }
    shardOf.put(name, shard);
    tensors.put(name, info);
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return Collections.unmodifiableSortedMap(tensors);
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) throws IOException {
    TensorRange.check(tensors, name, offset, into.remaining());
    Objects.requireNonNull(shardOf.get(name)).read(name, offset, into);
  }

  @Override
  public void close() throws IOException {
    for (SafetensorsFile shard : shards.values()) {
      shard.close();
    }
  }
}
