@NullMarked
package io.grpostream.pipeline;

import org.jspecify.annotations.NullMarked;
