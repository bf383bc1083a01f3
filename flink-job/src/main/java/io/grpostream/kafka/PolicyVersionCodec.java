package io.grpostream.kafka;

import io.grpostream.records.PolicyVersion;

/** A {@link PolicyVersion} as a record of the topic policy-versions, and back. */
public final class PolicyVersionCodec {
  private static final SingleObject<io.grpostream.avro.PolicyVersion> AVRO =
      new SingleObject<>(io.grpostream.avro.PolicyVersion.class);

  private PolicyVersionCodec() {}

  public static byte[] encode(PolicyVersion version) {
    return AVRO.encode(
        io.grpostream.avro.PolicyVersion.newBuilder()
            .setRun(version.run())
            .setLineage(version.lineage())
            .setNumber(version.number())
            .setSha256(version.sha256())
            .setParentSha256(version.parentSha256())
            .setUri(version.uri())
            .setFrontier(version.frontier())
            .build());
  }

  public static PolicyVersion decode(byte[] bytes) throws UndecodableException {
    io.grpostream.avro.PolicyVersion avro = AVRO.decode(bytes);
    return new PolicyVersion(
        avro.getRun(),
        avro.getLineage(),
        avro.getNumber(),
        avro.getSha256(),
        avro.getParentSha256(),
        avro.getUri(),
        avro.getFrontier());
  }
}
