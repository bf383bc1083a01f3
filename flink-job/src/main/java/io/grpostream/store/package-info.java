/**
 * The policy store: every policy version's weights as an immutable object on any Flink file system.
 */
@NullMarked
package io.grpostream.store;

import org.jspecify.annotations.NullMarked;
