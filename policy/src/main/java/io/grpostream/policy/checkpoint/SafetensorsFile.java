package io.grpostream.policy.checkpoint;

import io.grpostream.policy.UserErrorException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.SortedMap;

/**
 * A safetensors file, read where it is asked to be read; any size. The format: 8 bytes header
 * length (little-endian), a JSON header, then the tensors' bytes.
 *
 * <p>What a damaged or hostile file claims is checked against the file's size before anything is
 * allocated. Reading is safe from several threads.
 */
public final class SafetensorsFile implements TensorSource {
  private static final int LENGTH_BYTES = 8;
  // Twice what a model of a hundred thousand tensors needs.
  private static final int MAX_HEADER_BYTES = 32 << 20;

  private final String file;
  private final SeekableByteChannel channel;
  private final SafetensorsHeader header;
  private final long dataStart;

  private SafetensorsFile(String file, SeekableByteChannel channel) throws IOException {
    this.file = file;
    this.channel = channel;
    long size = channel.size();
    int headerLength = headerLength(size);
    byte[] json = new byte[headerLength];
    readAt(LENGTH_BYTES, ByteBuffer.wrap(json));
    this.dataStart = LENGTH_BYTES + (long) headerLength;
    this.header = SafetensorsHeader.parse(file, json, size - dataStart);
  }

  /**
   * Opens a file.
   *
   * @throws UserErrorException if it is missing, unreadable or malformed
   */
  public static SafetensorsFile open(Path file) {
    try {
      return open(FileChannel.open(file, StandardOpenOption.READ), file.toString());
    } catch (NoSuchFileException e) {
      throw new UserErrorException(file + " is missing", e);
    } catch (IOException e) {
      throw new UserErrorException(file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * Opens any channel, which from then on belongs to the result and is closed with it (or now, if
   * this fails).
   *
   * @param name stands for the file in errors
   * @throws UserErrorException if it is malformed
   */
  public static SafetensorsFile open(SeekableByteChannel channel, String name) throws IOException {
    try {
      return new SafetensorsFile(name, channel);
    } catch (IOException | RuntimeException e) {
      try (channel) {
        throw e;
      }
    }
  }

  @Override
  public SortedMap<String, TensorInfo> tensors() {
    return header.tensors();
  }

  @Override
  public void read(String name, long offset, ByteBuffer into) throws IOException {
    TensorRange.check(header.tensors(), name, offset, into.remaining());
    Long begin = header.begins().get(name);
    if (begin == null) {
      throw new IllegalArgumentException("no tensor " + name);
    }
    readAt(dataStart + begin + offset, into);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private int headerLength(long size) throws IOException {
    if (size < LENGTH_BYTES) {
      throw new UserErrorException(file + ": " + size + " bytes are too short for safetensors");
    }
    ByteBuffer length = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    readAt(0, length);
    long claimed = length.getLong(0);
    if (claimed < 0 || claimed > Math.min(size - LENGTH_BYTES, MAX_HEADER_BYTES)) {
      throw new UserErrorException(
          file
              + ": the header's length is "
              + Long.toUnsignedString(claimed)
              + "; it must fit the file ("
              + size
              + " bytes) and be at most "
              + MAX_HEADER_BYTES);
    }
    return (int) claimed;
  }

  private void readAt(long position, ByteBuffer into) throws IOException {
    if (channel instanceof FileChannel positional) {
      long at = position;
      while (into.hasRemaining()) {
        at += checkEnd(positional.read(into, at));
      }
    } else {
      synchronized (channel) {
        channel.position(position);
        while (into.hasRemaining()) {
          checkEnd(channel.read(into));
        }
      }
    }
  }

  private int checkEnd(int bytesRead) throws EOFException {
    if (bytesRead < 0) {
      throw new EOFException(file + " ended while being read; was it replaced?");
    }
    return bytesRead;
  }
}
