package io.grpostream.config;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A configuration record refuses its values. The errors' keys are relative to the record; {@link
 * Binder} completes them.
 */
public final class InvalidSectionException extends IllegalArgumentException {
  // Exceptions are serializable by inheritance only; nothing sends this one anywhere.
  private final transient List<ConfigError> errors;

  InvalidSectionException(List<ConfigError> errors) {
    super(errors.stream().map(ConfigError::toString).collect(Collectors.joining("\n")));
    this.errors = List.copyOf(errors);
  }

  public List<ConfigError> errors() {
    return errors;
  }
}
