package io.grpostream.pipeline;

import io.grpostream.operators.CompleteGroupTrigger;
import io.grpostream.operators.DecodeFunction;
import io.grpostream.operators.GatedSource;
import io.grpostream.operators.GroupAdvantages;
import io.grpostream.operators.Handover;
import io.grpostream.operators.Keeper;
import io.grpostream.operators.LearnerOperator;
import io.grpostream.operators.NearFeed;
import io.grpostream.operators.PolicyVersionFeed;
import io.grpostream.operators.RewardOperator;
import io.grpostream.operators.RolloutOperator;
import io.grpostream.operators.Sequencer;
import io.grpostream.records.Group;
import io.grpostream.records.Identity;
import io.grpostream.records.Prompt;
import io.grpostream.records.RawRecord;
import io.grpostream.records.RolloutInput;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.ScoredCompletion;
import io.grpostream.records.TrainingStep;
import io.grpostream.rules.GroupMembers;
import io.grpostream.rules.Schedule;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.windowing.assigners.GlobalWindows;
import org.apache.flink.util.function.SerializableFunction;

/**
 * The whole pipeline as one Flink job, in the picture's order: gated source ▶ decode ▶ sequence ▶
 * rollout ▶ reward ▶ group-advantages ▶ learner, and the sinks, the transactional ones behind a
 * keeper. The feedback edge is not in the job graph: the versions that the learner announces come
 * back to gate and rollout through the feed, or within one process through the {@link Handover}.
 *
 * <p>Every operator has a uid of its own, so that a savepoint of one version of this job restores
 * in the next.
 */
public final class Pipeline {
  private final PipelineSettings settings;
  private final PipelineParts parts;
  private final PipelineSinks sinks;
  private final Handover handover;
  private final PolicyVersionFeed feed;

  public Pipeline(PipelineSettings settings, PipelineParts parts, PipelineSinks sinks) {
    this.settings = settings;
    this.parts = parts;
    this.sinks = sinks;
    this.handover = new Handover(parts.store().run());
    this.feed = new NearFeed(parts.feed(), handover);
  }

  /** Adds the job's operators to the environment, reading prompts from the given source. */
  public <S extends SourceSplit, E> void addTo(
      StreamExecutionEnvironment env, Source<RawRecord, S, E> prompts) {
    SingleOutputStreamOperator<Prompt> decoded = decode(env, prompts);
    SingleOutputStreamOperator<RolloutInput> sequenced =
        named(
            decoded.transform(
                "sequence",
                TypeInformation.of(RolloutInput.class),
                new Sequencer(settings.learner().batches(), settings.rolloutParallelism())),
            "sequence",
            1);
    DataStream<SampledCompletion> sampled = rollout(sequenced);
    sink(sampled, sinks.completions(), "completions");
    SingleOutputStreamOperator<ScoredCompletion> scored =
        named(
            sampled.process(new RewardOperator(settings.rewards())),
            "reward",
            settings.rolloutParallelism());
    kept(
        decoded
            .getSideOutput(DecodeFunction.REJECTED)
            .union(scored.getSideOutput(RewardOperator.REJECTED)),
        sinks.rejected(),
        "rejected",
        Identity::of);
    DataStream<Group> groups = groups(scored);
    kept(groups, sinks.rollouts(), "rollouts", Identity::of);
    SingleOutputStreamOperator<TrainingStep> steps =
        learn(groups, sequenced.getSideOutput(Sequencer.LINEAGES));
    kept(steps, sinks.trainingSteps(), "training-steps", Identity::of);
    sink(steps.getSideOutput(LearnerOperator.VERSIONS), sinks.policyVersions(), "policy-versions");
  }

  private <S extends SourceSplit, E> SingleOutputStreamOperator<Prompt> decode(
      StreamExecutionEnvironment env, Source<RawRecord, S, E> prompts) {
    TypeInformation<RawRecord> type = TypeInformation.of(RawRecord.class);
    GatedSource<RawRecord, S, E> gated =
        new GatedSource<>(
            prompts,
            type,
            settings.rollout().rule(),
            settings.end(),
            feed,
            settings.rollout().schedule() == Schedule.LOCKSTEP ? handover : null);
    SingleOutputStreamOperator<RawRecord> raw =
        named(
            env.fromSource(gated, WatermarkStrategy.noWatermarks(), "prompts", type), "prompts", 1);
    return named(raw.process(new DecodeFunction(parts.decoder())), "decode", 1);
  }

  private DataStream<SampledCompletion> rollout(DataStream<RolloutInput> sequenced) {
    RolloutOperator operator =
        new RolloutOperator(settings.rollout(), parts.sampler(), feed, handover);
    return named(
        sequenced
            .partitionCustom((subtask, subtasks) -> subtask % subtasks, RolloutInput::subtask)
            .transform("rollout", TypeInformation.of(SampledCompletion.class), operator),
        "rollout",
        settings.rolloutParallelism());
  }

  private DataStream<Group> groups(DataStream<ScoredCompletion> scored) {
    GroupMembers members = new GroupMembers(settings.rollout().sampling().groupSize());
    return named(
        scored
            .keyBy(each -> each.sampled().prompt().number(), Types.LONG)
            .window(GlobalWindows.create())
            .trigger(new CompleteGroupTrigger(members))
            .process(new GroupAdvantages(members)),
        "group-advantages",
        settings.rolloutParallelism());
  }

  private SingleOutputStreamOperator<TrainingStep> learn(
      DataStream<Group> groups, DataStream<String> lineages) {
    LearnerOperator learner =
        new LearnerOperator(settings.learner(), parts.trainer(), parts.store(), handover);
    return named(
            groups
                .connect(lineages)
                .keyBy(group -> LearnerOperator.KEY, lineage -> LearnerOperator.KEY, Types.INT)
                .transform("learner", TypeInformation.of(TrainingStep.class), learner),
            "learner",
            1)
        .setMaxParallelism(1);
  }

  private static <T> SingleOutputStreamOperator<T> named(
      SingleOutputStreamOperator<T> operator, String name, int parallelism) {
    return operator.name(name).uid(name).setParallelism(parallelism);
  }

  /** A transactional sink, with a keeper before it. */
  private static <T> void kept(
      DataStream<T> stream,
      KeptSink<T> to,
      String topic,
      SerializableFunction<T, String> identity) {
    Keeper<T> keeper = new Keeper<>(topic, stream.getType(), identity, to.log());
    SingleOutputStreamOperator<T> kept =
        named(
                stream
                    .keyBy(record -> Keeper.KEY, Types.INT)
                    .transform("keep-" + topic, stream.getType(), keeper),
                "keep-" + topic,
                1)
            .setMaxParallelism(1);
    sink(kept, to.sink(), topic);
  }

  private static <T> void sink(DataStream<T> stream, Sink<T> sink, String topic) {
    stream.sinkTo(sink).name(topic).uid(topic).setParallelism(1);
  }
}
