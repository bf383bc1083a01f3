/**
 * The Kafka edge: topics, sources, sinks, and the translation between Avro records and ours. The
 * only package that knows the Avro records.
 */
@NullMarked
package io.grpostream.kafka;

import org.jspecify.annotations.NullMarked;
