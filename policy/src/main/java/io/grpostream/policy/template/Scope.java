package io.grpostream.policy.template;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The variables of one loop turn, macro call or block, inside those of the text around it. Setting
 * a variable never reaches the outer scope, as in Jinja2.
 *
 * <p>One oddity of Jinja2 is left out: where a scope sets a variable of the context that it does
 * not read itself, Jinja2 hides the context's value from the scopes inside even before that.
 */
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, Object> variables = new HashMap<>();

  Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  void set(String name, Object value) {
    variables.put(name, value);
  }

  @Nullable Object get(String name) {
    for (Scope scope = this; scope != null; scope = scope.outer) {
      Object value = scope.variables.get(name);
      if (value != null) {
        return value;
      }
    }
    return null;
  }
}
