package io.grpostream.operators;

import io.grpostream.policy.checkpoint.DType;
import io.grpostream.policy.checkpoint.TensorInfo;
import io.grpostream.policy.training.TensorLease;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes leased tensors into a snapshot. A lease counts as immutable, so that the synchronous part
 * of a snapshot copies handles and never bytes; the bytes are read when the asynchronous part
 * serializes them, and the lease ends there, tensor by tensor.
 *
 * <p>Form: name (UTF), number of dimensions (int), dimensions (long each), then the fp32 bytes,
 * little-endian.
 */
final class TensorLeaseSerializer extends TypeSerializerSingleton<TensorLease> {
  static final TensorLeaseSerializer INSTANCE = new TensorLeaseSerializer();
  private static final int CHUNK = 1 << 18;

  @Override
  public boolean isImmutableType() {
    return true;
  }

  @Override
  public TensorLease createInstance() {
    return new RestoredTensor(new TensorInfo("", DType.F32, List.of(0L)), new byte[0][]);
  }

  @Override
  public TensorLease copy(TensorLease from) {
    return from;
  }

  @Override
  public TensorLease copy(TensorLease from, TensorLease reuse) {
    return from;
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(TensorLease lease, DataOutputView target) throws IOException {
    TensorInfo info = lease.info();
    writeInfo(info, target);
    byte[] chunk = new byte[CHUNK];
    long length = info.byteLength();
    for (long offset = 0; offset < length; offset += CHUNK) {
      int size = (int) Math.min(CHUNK, length - offset);
      lease.read(offset, ByteBuffer.wrap(chunk, 0, size));
      target.write(chunk, 0, size);
    }
    lease.close();
  }

  @Override
  public TensorLease deserialize(DataInputView source) throws IOException {
    TensorInfo info = readInfo(source);
    long length = info.byteLength();
    byte[][] chunks = new byte[(int) ((length + CHUNK - 1) / CHUNK)][];
    for (int i = 0; i < chunks.length; i++) {
      chunks[i] = new byte[(int) Math.min(CHUNK, length - (long) i * CHUNK)];
      source.readFully(chunks[i]);
    }
    return new RestoredTensor(info, chunks);
  }

  @Override
  public TensorLease deserialize(TensorLease reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    TensorInfo info = readInfo(source);
    writeInfo(info, target);
    byte[] chunk = new byte[CHUNK];
    for (long left = info.byteLength(); left > 0; left -= CHUNK) {
      int size = (int) Math.min(CHUNK, left);
      source.readFully(chunk, 0, size);
      target.write(chunk, 0, size);
    }
  }

  private static void writeInfo(TensorInfo info, DataOutputView target) throws IOException {
    target.writeUTF(info.name());
    target.writeInt(info.shape().size());
    for (long dimension : info.shape()) {
      target.writeLong(dimension);
    }
  }

  private static TensorInfo readInfo(DataInputView source) throws IOException {
    String name = source.readUTF();
    int dimensions = source.readInt();
    List<Long> shape = new ArrayList<>();
    for (int i = 0; i < dimensions; i++) {
      shape.add(source.readLong());
    }
    return new TensorInfo(name, DType.F32, shape);
  }

  @Override
  public TypeSerializerSnapshot<TensorLease> snapshotConfiguration() {
    return new Snapshot();
  }

  /** What a checkpoint records about this serializer: it has one form only. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<TensorLease> {
    public Snapshot() {
      super(() -> INSTANCE);
    }
  }

  /** A tensor as read from a snapshot, in chunks so that no array has to hold all of it. */
  private record RestoredTensor(TensorInfo info, byte[][] chunks) implements TensorLease {
    @Override
    public void read(long offset, ByteBuffer into) {
      long at = offset;
      while (into.hasRemaining()) {
        byte[] chunk = chunks[(int) (at / CHUNK)];
        int from = (int) (at % CHUNK);
        int size = Math.min(into.remaining(), chunk.length - from);
        into.put(chunk, from, size);
        at += size;
      }
    }

    @Override
    public void close() {
      // Heap memory: the garbage collector's.
    }
  }
}
