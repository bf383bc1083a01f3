/** The configuration: one YAML file read into nested records that check themselves. */
@NullMarked
package io.grpostream.config;

import org.jspecify.annotations.NullMarked;
