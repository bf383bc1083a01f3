package io.grpostream.policy.template;

import java.util.List;

/** Python's str() and repr() of a value. */
final class Printer {
  private final Budget budget;

  Printer(Budget budget) {
    this.budget = budget;
  }

  /** What printing the value writes: strings as they are, undefined as nothing. */
  String str(Object value) {
    if (value instanceof String text) {
      return text;
    } else if (value instanceof Markup markup) {
      return markup.text();
    } else if (value instanceof Undefined) {
      return "";
    }
    return repr(value);
  }

  String repr(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private void write(Object value, StringBuilder out) {
    budget.enter();
    if (value instanceof String text) {
      write(text, out);
    } else if (value instanceof Boolean flag) {
      append(flag ? "True" : "False", out);
    } else if (value instanceof Long) {
      append(value.toString(), out);
    } else if (value instanceof Double number) {
      append(Numbers.repr(number), out);
    } else if (value == None.NONE) {
      append("None", out);
    } else if (value instanceof Undefined) {
      append("Undefined", out);
    } else if (value instanceof PyDict dict) {
      write(dict, out);
    } else {
      writeSequence(value, out);
    }
    budget.exit();
  }

  private void writeSequence(Object value, StringBuilder out) {
    if (value instanceof PyRange range) {
      String step = range.step() == 1 ? "" : ", " + range.step();
      append("range(" + range.start() + ", " + range.stop() + step + ")", out);
    } else if (value instanceof DictView view) {
      write(view.typeName() + "([", view.items(), "])", out);
    } else if (value instanceof PyTuple tuple) {
      write("(", tuple.items(), tuple.items().size() == 1 ? ",)" : ")", out);
    } else {
      List<Object> items = Values.sequenceOrNull(value);
      if (items == null) {
        throw Fault.unsupported("printing a value of type '" + Values.typeName(value) + "'");
      }
      write("[", items, "]", out);
    }
  }

  private void write(String open, List<Object> items, String close, StringBuilder out) {
    append(open, out);
    String separator = "";
    for (Object item : items) {
      append(separator, out);
      write(item, out);
      separator = ", ";
    }
    append(close, out);
  }

  private void write(PyDict dict, StringBuilder out) {
    append("{", out);
    String separator = "";
    for (PyDict.Entry entry : dict.entries()) {
      append(separator, out);
      write(entry.key(), out);
      append(": ", out);
      write(entry.value(), out);
      separator = ", ";
    }
    append("}", out);
  }

  private void append(String text, StringBuilder out) {
    budget.characters(text.length());
    out.append(text);
  }

  /** In single quotes, unless only double quotes need no escape. */
  private void write(String text, StringBuilder out) {
    budget.characters(text.length());
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    out.append(quote);
    text.codePoints().forEach(point -> write(point, quote, out));
    out.append(quote);
  }

  private static void write(int point, char quote, StringBuilder out) {
    switch (point) {
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\\' -> out.append("\\\\");
      default -> {
        if (point == quote) {
          out.append('\\').append(quote);
        } else if (isPrintable(point)) {
          out.appendCodePoint(point);
        } else {
          String form = point < 0x100 ? "\\x%02x" : point < 0x10000 ? "\\u%04x" : "\\U%08x";
          out.append(String.format(form, point));
        }
      }
    }
  }

  /** Python's str.isprintable() of one character, by the Unicode tables of this Java. */
  static boolean isPrintable(int point) {
    if (point == ' ') {
      return true;
    }
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
