package io.grpostream.policy.template;

/** str.format with plain fields: {@code {}}, {@code {0}}, {@code {name}}, and !s or !r. */
final class BraceFormat {
  private final String text;
  private final Arguments arguments;
  private final Printer printer;
  private final StringBuilder out = new StringBuilder();
  private int next;

  private BraceFormat(String text, Arguments arguments, Render render) {
    this.text = text;
    this.arguments = arguments;
    this.printer = render.printer();
  }

  static Object format(String text, Arguments arguments, Render render) {
    BraceFormat format = new BraceFormat(text, arguments, render);
    format.run(render.budget());
    return format.out.toString();
  }

  private void run(Budget budget) {
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      boolean doubled = at + 1 < text.length() && text.charAt(at + 1) == c;
      if ((c == '{' || c == '}') && doubled) {
        out.append(c);
        at++;
      } else if (c == '{') {
        int end = text.indexOf('}', at);
        if (end < 0) {
          throw new Fault("expected '}' before the end of the string");
        }
        String field = field(text.substring(at + 1, end));
        budget.characters(field.length());
        out.append(field);
        at = end;
      } else if (c == '}') {
        throw new Fault("Single '}' encountered in format string");
      } else {
        out.append(c);
      }
    }
  }

  private String field(String field) {
    boolean repr = field.endsWith("!r");
    String name = repr || field.endsWith("!s") ? field.substring(0, field.length() - 2) : field;
    if (!name.matches("\\w*")) {
      throw Fault.unsupported("the format field '{" + field + "}'");
    }
    Object value = value(name);
    return repr ? printer.repr(value) : printer.str(value);
  }

  private Object value(String name) {
    if (!name.isEmpty() && !name.matches("\\d{1,9}")) {
      Object value = arguments.named().get(name);
      if (value == null) {
        throw new Fault("the format field '{" + name + "}' has no argument");
      }
      return value;
    }
    int index = name.isEmpty() ? next++ : Integer.parseInt(name);
    if (index >= arguments.positional().size()) {
      throw new Fault("Replacement index " + index + " out of range for positional args tuple");
    }
    return arguments.positional().get(index);
  }
}
