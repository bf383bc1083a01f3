package io.grpostream.store;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.PolicyHash;
import io.grpostream.policy.checkpoint.SafetensorsFile;
import io.grpostream.policy.checkpoint.SafetensorsWriter;
import io.grpostream.policy.checkpoint.TensorSource;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.apache.flink.core.fs.local.LocalFileSystem;

/**
 * Policy versions as immutable objects under one folder of any Flink file system: fp32 safetensors
 * named by run, number and hash, complete before they are announced, never renamed or appended to,
 * because object stores can do neither.
 *
 * @param folder URI of the store, such as {@code file:///…} or {@code s3://…}
 * @param run the run whose versions these are
 */
public record PolicyStore(String folder, String run) implements Serializable {
  private static final Pattern OBJECT = Pattern.compile("v(\\d{8})-[0-9a-f]{64}\\.safetensors");

  /** The URI under which a version's weights are, or will be. */
  public String uri(long number, String sha256) {
    return new Path(runFolder(), String.format(Locale.ROOT, "v%08d-%s.safetensors", number, sha256))
        .toString();
  }

  /**
   * Writes a version's weights; when it returns, the object is complete. Writing the same version
   * again replaces it by the same bytes.
   */
  public String write(long number, String sha256, TensorSource weights) throws IOException {
    Path path = new Path(uri(number, sha256));
    try (WritableByteChannel channel = create(path)) {
      SafetensorsWriter.write(channel, weights, DType.F32);
    }
    return path.toString();
  }

  /** A new object, or one in place of the one there. */
  private static WritableByteChannel create(Path path) throws IOException {
    FileSystem fileSystem = path.getFileSystem();
    fileSystem.mkdirs(path.getParent());
    if (fileSystem.getUri().equals(LocalFileSystem.getLocalFsURI())) {
      // Flink's stream would have the bytes copied twice on their way from native memory.
      return FileChannel.open(
          java.nio.file.Path.of(path.getPath()),
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          StandardOpenOption.WRITE);
    }
    return new FlinkOutput(fileSystem.create(path, FileSystem.WriteMode.OVERWRITE));
  }

  /**
   * What is wrong with a version's object: that it is missing, or how it is damaged. Empty if it
   * can be read.
   *
   * @throws IOException if the store does not answer
   */
  public Optional<String> problem(long number, String sha256) throws IOException {
    String uri = uri(number, sha256);
    try {
      open(uri, sha256).close();
      return Optional.empty();
    } catch (FileNotFoundException e) {
      return Optional.of(uri + " is missing");
    } catch (DamagedVersionException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  /**
   * Opens a version's weights after checking them against their hash.
   *
   * @throws FileNotFoundException if the object is missing
   * @throws DamagedVersionException if it is damaged, or another version's
   */
  public static TensorSource open(String uri, String sha256) throws IOException {
    Path path = new Path(uri);
    FileSystem fileSystem = path.getFileSystem();
    long size = fileSystem.getFileStatus(path).getLen();
    FlinkChannel channel = new FlinkChannel(fileSystem.open(path), size);
    try {
      TensorSource weights = SafetensorsFile.open(channel, uri);
      String found = PolicyHash.sha256(weights);
      if (!found.equals(sha256)) {
        throw new DamagedVersionException(
            uri + " has hash " + found + "; it was announced as " + sha256);
      }
      return weights;
    } catch (EOFException | UserErrorException e) {
      channel.close();
      throw new DamagedVersionException(uri, e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  /** Deletes the run's objects whose number is not to be kept. */
  public void retain(LongPredicate keeps) throws IOException {
    for (FileStatus status : objects()) {
      Matcher name = OBJECT.matcher(status.getPath().getName());
      if (name.matches() && !keeps.test(Long.parseLong(name.group(1)))) {
        status.getPath().getFileSystem().delete(status.getPath(), false);
      }
    }
  }

  private List<FileStatus> objects() throws IOException {
    Path path = runFolder();
    try {
      FileStatus[] found = path.getFileSystem().listStatus(path);
      return found == null ? List.of() : List.of(found);
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private Path runFolder() {
    return new Path(folder, run);
  }
}
