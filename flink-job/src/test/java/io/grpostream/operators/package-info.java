@NullMarked
package io.grpostream.operators;

import org.jspecify.annotations.NullMarked;
