/** The language model on DJL. Knows no Flink and no Kafka. */
@NullMarked
package io.grpostream.policy;

import org.jspecify.annotations.NullMarked;
