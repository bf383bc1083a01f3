package io.grpostream.policy.template;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/** Jinja2's tests: what may follow {@code is}, and be named in {@code select}. */
final class ValueTests {
  /** One test. */
  private interface Test {
    boolean test(Object value, Arguments arguments, Render render);
  }

  private static final Map<String, Test> TESTS = new HashMap<>();

  static {
    type("defined", value -> !(value instanceof Undefined));
    type("undefined", Undefined.class::isInstance);
    type("none", value -> value == None.NONE);
    type("boolean", Boolean.class::isInstance);
    type("true", Boolean.TRUE::equals);
    type("false", Boolean.FALSE::equals);
    type("integer", Long.class::isInstance);
    type("float", Double.class::isInstance);
    type("number", Numbers::isNumber);
    type("string", value -> value instanceof String || value instanceof Markup);
    type("mapping", PyDict.class::isInstance);
    type("sequence", ValueTests::isSequence);
    type("iterable", value -> value instanceof Loop || Values.iteratorOrNull(value) != null);
    type("callable", value -> value instanceof Callable || value instanceof Undefined);
    type("escaped", Markup.class::isInstance);
    remainder("odd", 1);
    remainder("even", 0);
    TESTS.put("divisibleby", ValueTests::divisibleBy);
    TESTS.put("lower", (value, arguments, render) -> Cases.isLower(render.printer().str(value)));
    TESTS.put("upper", (value, arguments, render) -> Cases.isUpper(render.printer().str(value)));
    TESTS.put("filter", (value, arguments, render) -> Filters.exists(value));
    TESTS.put("test", (value, arguments, render) -> TESTS.containsKey(value));
    TESTS.put("sameas", ValueTests::sameAs);
    comparison("in", "in");
    comparison("==", "==", "eq", "equalto");
    comparison("!=", "!=", "ne");
    comparison("<", "<", "lt", "lessthan");
    comparison("<=", "<=", "le");
    comparison(">", ">", "gt", "greaterthan");
    comparison(">=", ">=", "ge");
  }

  private ValueTests() {}

  static boolean test(String name, Object value, Arguments arguments, Render render) {
    Test test = TESTS.get(name);
    if (test == null) {
      throw new Fault("there is no test of this name");
    }
    return test.test(value, arguments, render);
  }

  private static void type(String name, Predicate<Object> predicate) {
    TESTS.put(
        name,
        (value, arguments, render) -> {
          arguments.bind(name);
          return predicate.test(value);
        });
  }

  private static void comparison(String operator, String... names) {
    for (String name : names) {
      TESTS.put(
          name,
          (value, arguments, render) ->
              render.comparison().test(operator, value, arguments.bind(name, "other").required(0)));
    }
  }

  private static void remainder(String name, long wanted) {
    TESTS.put(
        name,
        (value, arguments, render) ->
            render.comparison().equal(Arithmetic.apply("%", value, 2L, render), wanted));
  }

  private static boolean divisibleBy(Object value, Arguments arguments, Render render) {
    Object divisor = arguments.bind("divisibleby", "num").required(0);
    return render.comparison().equal(Arithmetic.apply("%", value, divisor, render), 0L);
  }

  /** Undefined counts, since its class has the two methods that Jinja2 looks for. */
  private static boolean isSequence(Object value) {
    return value instanceof String
        || value instanceof Markup
        || value instanceof PyDict
        || value instanceof Undefined
        || Values.sequenceOrNull(value) != null;
  }

  private static boolean sameAs(Object value, Arguments arguments, Render render) {
    Object other = arguments.bind("sameas", "other").required(0);
    boolean singletons =
        value instanceof Boolean
            || other instanceof Boolean
            || value == None.NONE
            || other == None.NONE;
    if (singletons) {
      return value.equals(other);
    } else if (value instanceof String || Numbers.isNumber(value)) {
      throw Fault.unsupported("the identity of a str, int or float");
    }
    return value == other;
  }
}
