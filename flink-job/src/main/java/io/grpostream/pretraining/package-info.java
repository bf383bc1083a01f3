/**
 * Makes the demo's model: a small Llama that has read sums whose writers mostly forgot the carries.
 */
@NullMarked
package io.grpostream.pretraining;

import org.jspecify.annotations.NullMarked;
