/** The pipeline's pure rules: gate, batches, frontier, lineages. No framework, no clock, no I/O. */
@NullMarked
package io.grpostream.rules;

import org.jspecify.annotations.NullMarked;
