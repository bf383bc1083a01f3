@NullMarked
package io.grpostream.store;

import org.jspecify.annotations.NullMarked;
