/** Tests of bench. */
@NullMarked
package io.grpostream.bench;

import org.jspecify.annotations.NullMarked;
