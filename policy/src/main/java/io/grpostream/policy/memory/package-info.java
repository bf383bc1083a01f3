/** How much memory a configuration needs, by arithmetic, and how much there is. */
@NullMarked
package io.grpostream.policy.memory;

import org.jspecify.annotations.NullMarked;
