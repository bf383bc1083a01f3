package io.grpostream.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.apache.flink.core.fs.FSDataOutputStream;

/**
 * Writes a file of a Flink file system as a channel, large pieces per call: Java's own adapter
 * hands on 8 KB at a time.
 */
final class FlinkOutput implements WritableByteChannel {
  private static final int PIECE_BYTES = 512 << 10;

  private final FSDataOutputStream out;
  private final byte[] piece = new byte[PIECE_BYTES];
  private boolean open = true;

  FlinkOutput(FSDataOutputStream out) {
    this.out = out;
  }

  @Override
  public int write(ByteBuffer from) throws IOException {
    int written = Math.min(piece.length, from.remaining());
    from.get(piece, 0, written);
    out.write(piece, 0, written);
    return written;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    open = false;
    out.close();
  }
}
