/** Our one class in DJL's package: its native methods are visible from nowhere else. */
@NullMarked
package ai.djl.pytorch.jni;

import org.jspecify.annotations.NullMarked;
