@NullMarked
package io.grpostream.policy.memory;

import org.jspecify.annotations.NullMarked;
