/** Tests of replay. */
@NullMarked
package io.grpostream.replay;

import org.jspecify.annotations.NullMarked;
