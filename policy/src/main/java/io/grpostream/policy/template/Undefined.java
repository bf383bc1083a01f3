package io.grpostream.policy.template;

/**
 * A missing name, attribute or item. It prints as nothing, is false and iterates over nothing;
 * every other use fails with the reason it carries.
 */
record Undefined(String reason) {
  static Undefined name(String name) {
    return new Undefined("'" + name + "' is undefined");
  }

  static Undefined attribute(Object owner, String name) {
    return new Undefined("'" + describe(owner) + "' has no attribute '" + name + "'");
  }

  static Undefined element(Object owner, String shownKey) {
    return new Undefined(describe(owner) + " has no element " + shownKey);
  }

  /** What the sandbox hides: Python internals and methods that change a value. */
  static Undefined unsafe(Object owner, String name) {
    return new Undefined(
        "access to attribute '" + name + "' of '" + Values.typeName(owner) + "' object is unsafe");
  }

  Fault fault() {
    return new Fault(reason);
  }

  private static String describe(Object owner) {
    return owner == None.NONE ? "None" : Values.typeName(owner) + " object";
  }
}
