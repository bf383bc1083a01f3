/** A run under faults: real processes killed at seeded times, and a judge apart from the job. */
@NullMarked
package io.grpostream.chaos;

import org.jspecify.annotations.NullMarked;
