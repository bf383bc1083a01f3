/** A Flink cluster of separate processes on this machine, and training jobs on any cluster. */
@NullMarked
package io.grpostream.cluster;

import org.jspecify.annotations.NullMarked;
