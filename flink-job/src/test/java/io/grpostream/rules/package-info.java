/** Tests of the pure rules, by hand-computed numbers. */
@NullMarked
package io.grpostream.rules;

import org.jspecify.annotations.NullMarked;
