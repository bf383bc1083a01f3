package io.grpostream.kafka;

import io.grpostream.avro.Rejected;
import io.grpostream.records.Coordinates;
import io.grpostream.records.Rejection;
import java.nio.ByteBuffer;

/** A {@link Rejection} as a record of the topic rejected, and back. */
public final class RejectionCodec {
  static final SingleObject<Rejected> AVRO = new SingleObject<>(Rejected.class);

  private RejectionCodec() {}

  public static byte[] encode(Rejection rejection) {
    return AVRO.encode(
        Rejected.newBuilder()
            .setTopic(rejection.at().topic())
            .setPartition(rejection.at().partition())
            .setOffset(rejection.at().offset())
            .setReason(rejection.reason().name())
            .setDetail(rejection.detail())
            .setKey(ByteBuffer.wrap(rejection.key()))
            .setValue(ByteBuffer.wrap(rejection.value()))
            .build());
  }

  /** Throws also when the reason is one that only a newer release knows. */
  public static Rejection decode(byte[] bytes) throws UndecodableException {
    return fromAvro(AVRO.decode(bytes));
  }

  static Rejection fromAvro(Rejected avro) throws UndecodableException {
    return new Rejection(
        new Coordinates(avro.getTopic(), avro.getPartition(), avro.getOffset()),
        AvroValues.constant(Rejection.Reason.class, avro.getReason()),
        avro.getDetail(),
        AvroValues.bytes(avro.getKey()),
        AvroValues.bytes(avro.getValue()));
  }
}
