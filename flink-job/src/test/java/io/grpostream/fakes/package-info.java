/** Hand-written stand-ins for the policy and the feed, small enough to compute by hand. */
@NullMarked
package io.grpostream.fakes;

import org.jspecify.annotations.NullMarked;
