package io.grpostream.policy.template;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The filters that make text: case, trimming, replacing, indenting, JSON. */
final class TextFilters {
  private static final Pattern WORD = Pattern.compile("\\w+", Pattern.UNICODE_CHARACTER_CLASS);

  private TextFilters() {}

  static void register(Map<String, Filters.Filter> filters) {
    change("upper", Cases::upper, filters);
    change("lower", Cases::lower, filters);
    change("capitalize", Cases::capitalize, filters);
    change("title", Cases::titleWords, filters);
    filters.put("string", (value, arguments, render) -> string(value, render));
    filters.put("safe", (value, arguments, render) -> new Markup(render.printer().str(value)));
    filters.put("escape", (value, arguments, render) -> escape(value, render));
    filters.put("e", (value, arguments, render) -> escape(value, render));
    filters.put("trim", TextFilters::trim);
    filters.put("replace", TextFilters::replace);
    filters.put("join", TextFilters::join);
    filters.put("indent", TextFilters::indent);
    filters.put("center", TextFilters::center);
    filters.put("format", TextFilters::format);
    filters.put("tojson", TextFilters::toJson);
    filters.put(
        "wordcount",
        (value, arguments, render) -> WORD.matcher(text(value, render)).results().count());
  }

  /** The value as text; a string marked as safe would have to stay so, which is refused. */
  static String text(Object value, Render render) {
    if (value instanceof Markup) {
      throw Fault.unsupported("this filter on a string marked as safe");
    }
    String text = render.printer().str(value);
    render.budget().characters(text.length());
    return text;
  }

  private static void change(
      String name, UnaryOperator<String> change, Map<String, Filters.Filter> filters) {
    filters.put(
        name,
        (value, arguments, render) -> {
          arguments.bind(name);
          return change.apply(text(value, render));
        });
  }

  private static Object string(Object value, Render render) {
    return value instanceof Markup ? value : text(value, render);
  }

  private static Object escape(Object value, Render render) {
    if (value instanceof Markup) {
      return value;
    }
    return new Markup(
        text(value, render)
            .replace("&", "&amp;")
            .replace(">", "&gt;")
            .replace("<", "&lt;")
            .replace("'", "&#39;")
            .replace("\"", "&#34;"));
  }

  private static Object trim(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("trim", "chars");
    return StringMethods.strip(
        text(value, render), bound.none(0) ? null : bound.text(0), true, true);
  }

  private static Object replace(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("replace", "old", "new", "count");
    return TextSplit.replace(
        text(value, render),
        render.printer().str(bound.required(0)),
        render.printer().str(bound.required(1)),
        bound.none(2) ? -1 : bound.integer(2, -1),
        render.budget());
  }

  private static Object join(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("join", "d", "attribute");
    String separator = render.printer().str(bound.or(0, ""));
    AttributePath path = AttributePath.of(bound.or(1, None.NONE));
    StringBuilder out = new StringBuilder();
    String before = "";
    for (Object item : Values.list(value, render.budget())) {
      String part = render.printer().str(path.get(item, render));
      render.budget().characters((long) part.length() + separator.length());
      out.append(before).append(part);
      before = separator;
    }
    return out.toString();
  }

  private static Object indent(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("indent", "width", "first", "blank");
    Object width = bound.or(0, 4L);
    if (!(value instanceof String text)) {
      throw new Fault("needs a str, not " + Values.typeName(value));
    }
    String indent =
        width instanceof String given
            ? given
            : StringMethods.pad("ljust", "", Numbers.index(width), " ", render.budget());
    boolean blankToo = bound.flag(2, false);
    List<Object> lines = TextSplit.lines(text + "\n", false);
    StringBuilder out = new StringBuilder(bound.flag(1, false) ? indent : "");
    for (int i = 0; i < lines.size(); i++) {
      String line = (String) lines.get(i);
      render.budget().characters((long) line.length() + indent.length() + 1);
      out.append(i == 0 ? "" : "\n");
      out.append(i == 0 || (line.isEmpty() && !blankToo) ? "" : indent).append(line);
    }
    return out.toString();
  }

  private static Object center(Object value, Arguments arguments, Render render) {
    long width = arguments.bind("center", "width").integer(0, 80);
    return StringMethods.pad("center", text(value, render), width, " ", render.budget());
  }

  private static Object format(Object value, Arguments arguments, Render render) {
    if (!arguments.named().isEmpty() && !arguments.positional().isEmpty()) {
      throw new Fault("can't handle positional and keyword arguments at the same time");
    }
    Object operand = new PyTuple(arguments.positional());
    if (!arguments.named().isEmpty()) {
      PyDict dict = new PyDict();
      arguments.named().forEach(dict::put);
      operand = dict;
    }
    return PercentFormat.format(text(value, render), operand, render);
  }

  /** transformers' own tojson: json.dumps with ensure_ascii off, and no HTML escapes. */
  private static Object toJson(Object value, Arguments arguments, Render render) {
    Arguments.Bound bound =
        arguments.bind("tojson", "ensure_ascii", "indent", "separators", "sort_keys");
    String indent = jsonIndent(bound.or(1, None.NONE), render.budget());
    String item = indent == null ? ", " : ",";
    String key = ": ";
    if (!bound.none(2)) {
      List<Object> separators = Values.list(bound.required(2), render.budget());
      if (separators.size() != 2
          || !(separators.get(0) instanceof String first)
          || !(separators.get(1) instanceof String second)) {
        throw new Fault("separators must be a pair of strings");
      }
      item = first;
      key = second;
    }
    return Json.write(
        value,
        new Json.Format(bound.flag(0, false), indent, item, key, bound.flag(3, false)),
        render);
  }

  private static @Nullable String jsonIndent(Object indent, Budget budget) {
    if (indent == None.NONE) {
      return null;
    }
    return indent instanceof String given
        ? given
        : StringMethods.pad("ljust", "", Numbers.index(indent), " ", budget);
  }
}
