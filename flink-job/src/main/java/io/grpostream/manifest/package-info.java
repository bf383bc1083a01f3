/** What decides a run's bits beside its prompts, written down, and what two runs differ in. */
@NullMarked
package io.grpostream.manifest;

import org.jspecify.annotations.NullMarked;
