/** The ledger as people and programs ask about it: where it is read from, compared and checked. */
@NullMarked
package io.grpostream.ledger;

import org.jspecify.annotations.NullMarked;
