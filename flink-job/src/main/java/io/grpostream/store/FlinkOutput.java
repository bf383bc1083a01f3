package io.grpostream.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.apache.flink.core.fs.FSDataOutputStream;

/**
 * Writes a file of a Flink file system as a channel, a whole buffer per call: Java's own adapter
 * hands on 8 KB at a time.
 */
final class FlinkOutput implements WritableByteChannel {
  private final FSDataOutputStream out;
  private boolean open = true;

  FlinkOutput(FSDataOutputStream out) {
    this.out = out;
  }

  /** Takes all of a buffer that has an array, as those of the checkpoint writers have. */
  @Override
  public int write(ByteBuffer from) throws IOException {
    int written = from.remaining();
    out.write(from.array(), from.arrayOffset() + from.position(), written);
    from.position(from.limit());
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
