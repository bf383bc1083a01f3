package io.grpostream.kafka;

import io.grpostream.avro.TrainingStepDetermined;
import io.grpostream.avro.TrainingStepObserved;
import io.grpostream.records.Coordinates;
import io.grpostream.records.TrainingStep;
import io.grpostream.records.TrainingStep.Determined;
import io.grpostream.records.TrainingStep.Observed;
import io.grpostream.records.TrainingStep.TrainedGroup;
import java.util.List;

/** A {@link TrainingStep} as a record of the ledger, and back. */
public final class TrainingStepCodec {
  static final SingleObject<io.grpostream.avro.TrainingStep> AVRO =
      new SingleObject<>(io.grpostream.avro.TrainingStep.class);

  private TrainingStepCodec() {}

  public static byte[] encode(TrainingStep step) {
    return AVRO.encode(
        new io.grpostream.avro.TrainingStep(toAvro(step.determined()), toAvro(step.observed())));
  }

  public static TrainingStep decode(byte[] bytes) throws UndecodableException {
    return fromAvro(AVRO.decode(bytes));
  }

  static TrainingStep fromAvro(io.grpostream.avro.TrainingStep avro) {
    return new TrainingStep(fromAvro(avro.getDetermined()), fromAvro(avro.getObserved()));
  }

  private static TrainingStepDetermined toAvro(Determined determined) {
    List<io.grpostream.avro.TrainedGroup> groups =
        determined.groups().stream().map(TrainingStepCodec::toAvro).toList();
    return TrainingStepDetermined.newBuilder()
        .setStep(determined.step())
        .setVersion(determined.version())
        .setSha256(determined.sha256())
        .setParentSha256(determined.parentSha256())
        .setConfigSha256(determined.configSha256())
        .setGroups(groups)
        .setRewardMean(AvroValues.nullable(determined.rewardMean()))
        .setMetrics(AvroValues.sorted(determined.metrics()))
        .setUpdates(determined.updates())
        .build();
  }

  private static Determined fromAvro(TrainingStepDetermined avro) {
    return new Determined(
        avro.getStep(),
        avro.getVersion(),
        avro.getSha256(),
        avro.getParentSha256(),
        avro.getConfigSha256(),
        avro.getGroups().stream().map(TrainingStepCodec::fromAvro).toList(),
        AvroValues.orNaN(avro.getRewardMean()),
        AvroValues.sorted(avro.getMetrics()),
        avro.getUpdates());
  }

  private static io.grpostream.avro.TrainedGroup toAvro(TrainedGroup group) {
    return io.grpostream.avro.TrainedGroup.newBuilder()
        .setNumber(group.number())
        .setTopic(group.at().topic())
        .setPartition(group.at().partition())
        .setOffset(group.at().offset())
        .setPolicyNumber(group.policyNumber())
        .setPolicySha256(group.policySha256())
        .setRewards(AvroValues.nullable(group.rewards()))
        .setOutcome(group.outcome())
        .build();
  }

  private static TrainedGroup fromAvro(io.grpostream.avro.TrainedGroup avro) {
    return new TrainedGroup(
        avro.getNumber(),
        new Coordinates(avro.getTopic(), avro.getPartition(), avro.getOffset()),
        avro.getPolicyNumber(),
        avro.getPolicySha256(),
        AvroValues.doubles(avro.getRewards()),
        avro.getOutcome());
  }

  private static TrainingStepObserved toAvro(Observed observed) {
    return TrainingStepObserved.newBuilder()
        .setLineage(observed.lineage())
        .setFinishedAtMillis(observed.finishedAtMillis())
        .setTrainSeconds(observed.trainSeconds())
        .setWaitSeconds(observed.waitSeconds())
        .setPublishSeconds(observed.publishSeconds())
        .setTrainedTokens(observed.trainedTokens())
        .setSampledTokens(observed.sampledTokens())
        .setStaleness(observed.staleness())
        .setPeakMemoryBytes(observed.peakMemoryBytes())
        .build();
  }

  private static Observed fromAvro(TrainingStepObserved avro) {
    return new Observed(
        avro.getLineage(),
        avro.getFinishedAtMillis(),
        avro.getTrainSeconds(),
        avro.getWaitSeconds(),
        avro.getPublishSeconds(),
        avro.getTrainedTokens(),
        avro.getSampledTokens(),
        avro.getStaleness(),
        avro.getPeakMemoryBytes());
  }
}
