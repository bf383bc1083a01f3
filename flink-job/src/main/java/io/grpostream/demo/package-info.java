/** Makes the prompts of the shipped configurations. */
@NullMarked
package io.grpostream.demo;

import org.jspecify.annotations.NullMarked;
