package io.grpostream.job;

import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.Topics;
import io.grpostream.store.PolicyStore;

/**
 * Where a run takes place, as opposed to what it computes.
 *
 * @param run the run's id
 * @param kafka the broker
 * @param topics names of the topics
 * @param store where policy versions are kept
 */
public record RunPlace(String run, KafkaConnection kafka, Topics topics, PolicyStore store) {}
