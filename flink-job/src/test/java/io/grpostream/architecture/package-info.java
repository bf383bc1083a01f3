/** Rules about which part of the code may know which. */
@NullMarked
package io.grpostream.architecture;

import org.jspecify.annotations.NullMarked;
