package io.grpostream.policy.template;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The evaluated arguments of one call, in order and by name. */
record Arguments(List<Object> positional, Map<String, Object> named) {
  static final Arguments NO_ARGUMENTS = new Arguments(List.of(), Map.of());

  static Arguments of(Object... positional) {
    return new Arguments(List.of(positional), Map.of());
  }

  /** Everything but the first argument. */
  Arguments rest() {
    return new Arguments(positional.subList(1, positional.size()), named);
  }

  /**
   * Sorts the arguments to parameters as a Python function with this signature does.
   *
   * @throws Fault on too many arguments, an unknown name or a parameter given twice
   */
  Bound bind(String function, String... parameters) {
    if (positional.size() > parameters.length) {
      throw new Fault(
          function
              + " takes at most "
              + parameters.length
              + " arguments, got "
              + positional.size());
    }
    @Nullable Object[] values = new Object[parameters.length];
    for (int i = 0; i < positional.size(); i++) {
      values[i] = positional.get(i);
    }
    Set<String> known = Set.of(parameters);
    named.forEach(
        (name, value) -> {
          if (!known.contains(name)) {
            throw new Fault(function + " got an unexpected keyword argument '" + name + "'");
          }
          int i = Arrays.asList(parameters).indexOf(name);
          if (values[i] != null) {
            throw new Fault(function + " got multiple values for argument '" + name + "'");
          }
          values[i] = value;
        });
    return new Bound(function, parameters, values);
  }

  /** Arguments by parameter. */
  static final class Bound {
    private final String function;
    private final String[] parameters;
    private final @Nullable Object[] values;

    Bound(String function, String[] parameters, @Nullable Object[] values) {
      this.function = function;
      this.parameters = parameters;
      this.values = values;
    }

    boolean has(int index) {
      return values[index] != null;
    }

    Object required(int index) {
      Object value = values[index];
      if (value == null) {
        throw new Fault(function + " needs the argument '" + parameters[index] + "'");
      }
      return value;
    }

    Object or(int index, Object fallback) {
      Object value = values[index];
      return value == null ? fallback : value;
    }

    long integer(int index, long fallback) {
      Object value = values[index];
      return value == null ? fallback : Numbers.index(value);
    }

    boolean flag(int index, boolean fallback) {
      Object value = values[index];
      return value == null ? fallback : Values.truth(value);
    }

    /** A parameter that must be a str. */
    String text(int index) {
      Object value = required(index);
      if (value instanceof String text) {
        return text;
      }
      throw new Fault(
          function + ": '" + parameters[index] + "' must be str, not " + Values.typeName(value));
    }

    /** True when the argument is absent or None. */
    boolean none(int index) {
      return values[index] == null || values[index] == None.NONE;
    }
  }
}
