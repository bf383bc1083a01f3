/** Runs done again from what they have recorded, and compared with their ledgers, bit for bit. */
@NullMarked
package io.grpostream.replay;

import org.jspecify.annotations.NullMarked;
