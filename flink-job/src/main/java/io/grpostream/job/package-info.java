/**
 * Where configuration, pipeline, policy and Kafka meet: the training job as it is submitted to
 * Flink.
 */
@NullMarked
package io.grpostream.job;

import org.jspecify.annotations.NullMarked;
