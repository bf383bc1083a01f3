/** Measuring the engine: the pipeline's own sampler, advantages and trainer on a made workload. */
@NullMarked
package io.grpostream.bench;

import org.jspecify.annotations.NullMarked;
