/** The pipeline as a whole: how operators, topics and state are put together into one Flink job. */
@NullMarked
package io.grpostream.pipeline;

import org.jspecify.annotations.NullMarked;
