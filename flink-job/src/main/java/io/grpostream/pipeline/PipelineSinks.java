package io.grpostream.pipeline;

import io.grpostream.records.Group;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.Rejection;
import io.grpostream.records.SampledCompletion;
import io.grpostream.records.TrainingStep;
import org.apache.flink.api.connector.sink2.Sink;

/**
 * Where results go.
 *
 * @param completions each completion as soon as it is sampled
 * @param rollouts each scored group, kept until it is in the topic
 * @param trainingSteps the ledger, kept likewise
 * @param policyVersions the announcements, which come back as the feed: at once, not with the next
 *     checkpoint
 * @param rejected records that got no number, and completions without a reward, kept likewise
 */
public record PipelineSinks(
    Sink<SampledCompletion> completions,
    KeptSink<Group> rollouts,
    KeptSink<TrainingStep> trainingSteps,
    Sink<PolicyVersion> policyVersions,
    KeptSink<Rejection> rejected) {}
