/** A run's folder, and the page that shows what the run did. */
@NullMarked
package io.grpostream.report;

import org.jspecify.annotations.NullMarked;
