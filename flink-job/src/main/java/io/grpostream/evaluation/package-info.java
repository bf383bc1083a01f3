/** Measures a policy on held-out prompts. */
@NullMarked
package io.grpostream.evaluation;

import org.jspecify.annotations.NullMarked;
