/** Checkpoints in and out: Hugging Face folders, safetensors, the policy hash. */
@NullMarked
package io.grpostream.policy.checkpoint;

import org.jspecify.annotations.NullMarked;
