/**
 * The pipeline's operators, each a class of its own, in the order of the picture: decode, sequence,
 * rollout, reward, group-advantages, learner.
 */
@NullMarked
package io.grpostream.operators;

import org.jspecify.annotations.NullMarked;
