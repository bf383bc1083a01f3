/**
 * The records that travel between operators. Plain values that Flink serializes as POJOs; none
 * knows Avro or Kafka's classes.
 */
@NullMarked
package io.grpostream.records;

import org.jspecify.annotations.NullMarked;
