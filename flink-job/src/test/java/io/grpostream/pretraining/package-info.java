@NullMarked
package io.grpostream.pretraining;

import org.jspecify.annotations.NullMarked;
