/** The command line: {@code ./grpo}, one class per command. */
@NullMarked
package io.grpostream.cli;

import org.jspecify.annotations.NullMarked;
