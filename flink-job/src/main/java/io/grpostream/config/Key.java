package io.grpostream.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a record component as a configuration key. The key's name is the component's in kebab case:
 * {@code groupSize} is {@code group-size}.
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Key {
  /** A {@link #preset} that says: the key must be given. */
  String REQUIRED = "(required)";

  /** A {@link #preset} that says: the key may be absent, and then the component is null. */
  String ABSENT = "(absent)";

  /** What the key is for, in one sentence, with its unit; for an absent key, what happens then. */
  String means();

  /** The value, as YAML text, that an absent key has. */
  String preset() default REQUIRED;

  /**
   * Whether the key can change a bit of the weights a lockstep run ends in. Such keys make up the
   * configuration's hash in the ledger.
   */
  boolean decidesBits() default false;
}
