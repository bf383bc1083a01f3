/** Tests of manifest. */
@NullMarked
package io.grpostream.manifest;

import org.jspecify.annotations.NullMarked;
