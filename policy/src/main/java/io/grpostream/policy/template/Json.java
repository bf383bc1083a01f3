package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a value as Python's {@code json.dumps} does, for the filter {@code tojson}, which in
 * transformers escapes neither HTML nor, by default, anything beyond ASCII.
 */
final class Json {
  /**
   * @param indent what one level adds, or null for one line
   */
  record Format(
      boolean asciiOnly,
      @Nullable String indent,
      String itemSeparator,
      String keySeparator,
      boolean sortKeys) {}

  private final Format format;
  private final Budget budget;
  private final Comparison comparison;
  private final StringBuilder out = new StringBuilder();

  private Json(Format format, Render render) {
    this.format = format;
    this.budget = render.budget();
    this.comparison = render.comparison();
  }

  static String write(Object value, Format format, Render render) {
    Json json = new Json(format, render);
    json.write(value, 0);
    return json.out.toString();
  }

  private void write(Object value, int level) {
    budget.enter();
    List<Object> items = Values.sequenceOrNull(value);
    if (value instanceof String text) {
      writeText(text);
    } else if (value instanceof Markup markup) {
      writeText(markup.text());
    } else if (value instanceof PyDict dict) {
      writeDict(dict, level);
    } else if (items != null && !(value instanceof PyRange)) {
      writeList(items, level);
    } else {
      append(scalar(value));
    }
    budget.exit();
  }

  private static String scalar(Object value) {
    if (value == None.NONE) {
      return "null";
    } else if (value instanceof Boolean || value instanceof Long) {
      return value.toString();
    } else if (value instanceof Double number) {
      return number.isNaN()
          ? "NaN"
          : number.isInfinite() ? (number > 0 ? "Infinity" : "-Infinity") : Numbers.repr(number);
    }
    throw new Fault("Object of type " + Values.typeName(value) + " is not JSON serializable");
  }

  private void writeList(List<Object> items, int level) {
    if (items.isEmpty()) {
      append("[]");
      return;
    }
    append("[");
    String separator = "";
    for (Object item : items) {
      append(separator);
      newLine(level + 1);
      write(item, level + 1);
      separator = format.itemSeparator();
    }
    newLine(level);
    append("]");
  }

  private void writeDict(PyDict dict, int level) {
    if (dict.size() == 0) {
      append("{}");
      return;
    }
    List<PyDict.Entry> entries = new ArrayList<>(dict.entries());
    if (format.sortKeys()) {
      entries.sort(Comparator.comparing(PyDict.Entry::key, comparison::order));
    }
    append("{");
    String separator = "";
    for (PyDict.Entry entry : entries) {
      append(separator);
      newLine(level + 1);
      writeText(entry.key() instanceof String text ? text : scalar(entry.key()));
      append(format.keySeparator());
      write(entry.value(), level + 1);
      separator = format.itemSeparator();
    }
    newLine(level);
    append("}");
  }

  private void newLine(int level) {
    String indent = format.indent();
    if (indent != null) {
      budget.characters((long) indent.length() * level);
      append("\n");
      out.append(indent.repeat(level));
    }
  }

  private void append(String text) {
    budget.characters(text.length());
    out.append(text);
  }

  private void writeText(String text) {
    budget.characters(text.length());
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      writeCharacter(text.charAt(i));
    }
    out.append('"');
  }

  private void writeCharacter(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      default -> {
        if (c < ' ' || (format.asciiOnly() && c > '~')) {
          out.append(String.format("\\u%04x", (int) c));
        } else {
          out.append(c);
        }
      }
    }
  }
}
