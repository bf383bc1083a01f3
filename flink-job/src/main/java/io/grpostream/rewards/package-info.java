/** Reward functions: the plug-in interface and the ones shipped. */
@NullMarked
package io.grpostream.rewards;

import org.jspecify.annotations.NullMarked;
