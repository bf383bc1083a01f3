@NullMarked
package io.grpostream.cluster;

import org.jspecify.annotations.NullMarked;
