@NullMarked
package io.grpostream.savepoint;

import org.jspecify.annotations.NullMarked;
