/** Benchmarks of public rules: advantages and hashes. */
@NullMarked
package io.grpostream.benchmarks;

import org.jspecify.annotations.NullMarked;
