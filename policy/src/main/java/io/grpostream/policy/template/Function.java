package io.grpostream.policy.template;

/** A global function, or a method together with the value it belongs to. */
record Function(String typeName, Body body) implements Callable {
  /** What the function does. */
  interface Body {
    Object call(Render render, Arguments arguments);
  }

  @Override
  public Object call(Render render, Arguments arguments) {
    return body.call(render, arguments);
  }
}
