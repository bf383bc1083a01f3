package io.grpostream.policy.template;

import java.util.LinkedHashMap;
import java.util.Map;

/** The definition of a macro, and the call block that hands a macro a body. */
final class MacroStatements {
  private MacroStatements() {}

  record Define(int line, Macro.Definition definition) implements Statement {
    @Override
    public String construct() {
      return "macro '" + definition.name() + "'";
    }

    @Override
    public Outcome execute(Render render) {
      render.scope().set(definition.name(), new Macro(definition, render.scope()));
      return Outcome.NEXT;
    }
  }

  /** {@code call(parameters) macro(arguments)}…{@code endcall}. */
  record CallBlock(int line, Calls.Call call, Macro.Definition caller) implements Statement {
    @Override
    public String construct() {
      return "call block";
    }

    @Override
    public Outcome execute(Render render) {
      Object callee = render.eval(call.callee());
      Arguments written = call.arguments().eval(render);
      Map<String, Object> named = new LinkedHashMap<>(written.named());
      named.put("caller", new Macro(caller, render.scope()));
      Object result = Calls.Call.call(callee, new Arguments(written.positional(), named), render);
      render.write(render.printer().str(result));
      return Outcome.NEXT;
    }
  }
}
