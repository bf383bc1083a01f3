@NullMarked
package io.grpostream.local;

import org.jspecify.annotations.NullMarked;
