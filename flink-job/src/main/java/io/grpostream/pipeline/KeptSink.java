package io.grpostream.pipeline;

import io.grpostream.kafka.TopicLog;
import org.apache.flink.api.connector.sink2.Sink;

/**
 * A transactional sink, and the topic as its keeper reads it.
 *
 * @param sink writes the records
 * @param log reads what of them is committed
 */
public record KeptSink<T>(Sink<T> sink, TopicLog.Factory<T> log) {}
