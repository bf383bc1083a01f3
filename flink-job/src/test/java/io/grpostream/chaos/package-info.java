@NullMarked
package io.grpostream.chaos;

import org.jspecify.annotations.NullMarked;
