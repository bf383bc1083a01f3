/**
 * The transformer as TorchScript (the {@code .py} files in resources) and what Java needs to run it
 * on DJL's PyTorch: one native library, tensors with owners, typed calls.
 */
@NullMarked
package io.grpostream.policy.engine;

import org.jspecify.annotations.NullMarked;
