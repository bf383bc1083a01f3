/** Text to token ids and back, and chats to text, as the checkpoint's own tokenizer files say. */
@NullMarked
package io.grpostream.policy.tokenizer;

import org.jspecify.annotations.NullMarked;
