/** What a run on one machine starts for itself. */
@NullMarked
package io.grpostream.local;

import org.jspecify.annotations.NullMarked;
