package io.grpostream.policy.template;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The methods of Python's str. */
final class StringMethods {
  /** One method: the string, the arguments, the render it belongs to. */
  private interface Method {
    Object call(String text, Arguments arguments, Render render);
  }

  private static final Set<String> LACKING =
      Set.of("encode", "expandtabs", "format_map", "isidentifier", "maketrans", "translate");

  private static final Map<String, Method> METHODS = new HashMap<>();

  static {
    change("upper", Cases::upper);
    change("lower", Cases::lower);
    change("casefold", text -> Cases.lower(Cases.upper(text)));
    change("title", Cases::title);
    change("capitalize", Cases::capitalize);
    change("swapcase", Cases::swap);
    question("isupper", Cases::isUpper);
    question("islower", Cases::isLower);
    question("istitle", Cases::isTitle);
    question("isalpha", text -> Cases.all(text, Character::isLetter));
    question("isalnum", text -> Cases.all(text, p -> Character.isLetter(p) || isNumeric(p)));
    question("isdigit", text -> Cases.all(text, Character::isDigit));
    question("isdecimal", text -> Cases.all(text, Character::isDigit));
    question("isnumeric", text -> Cases.all(text, StringMethods::isNumeric));
    question("isspace", text -> Cases.all(text, Whitespace::isSpace));
    question("isascii", text -> text.chars().allMatch(c -> c < 128));
    question("isprintable", text -> text.codePoints().allMatch(Printer::isPrintable));
    METHODS.put("strip", (text, arguments, render) -> strip("strip", text, arguments));
    METHODS.put("lstrip", (text, arguments, render) -> strip("lstrip", text, arguments));
    METHODS.put("rstrip", (text, arguments, render) -> strip("rstrip", text, arguments));
    METHODS.put("split", (text, arguments, render) -> split(text, arguments, false, render));
    METHODS.put("rsplit", (text, arguments, render) -> split(text, arguments, true, render));
    METHODS.put("splitlines", StringMethods::splitLines);
    METHODS.put("partition", (text, arguments, render) -> partition(text, arguments, false));
    METHODS.put("rpartition", (text, arguments, render) -> partition(text, arguments, true));
    METHODS.put("join", StringMethods::join);
    METHODS.put("replace", StringMethods::replace);
    METHODS.put("removeprefix", (text, arguments, render) -> removePrefix(text, arguments));
    METHODS.put("removesuffix", (text, arguments, render) -> removeSuffix(text, arguments));
    METHODS.put("center", (text, arguments, render) -> pad("center", text, arguments, render));
    METHODS.put("ljust", (text, arguments, render) -> pad("ljust", text, arguments, render));
    METHODS.put("rjust", (text, arguments, render) -> pad("rjust", text, arguments, render));
    METHODS.put("zfill", StringMethods::zeroFill);
    METHODS.put("format", BraceFormat::format);
    for (String name : List.of("find", "rfind", "index", "rindex", "count")) {
      METHODS.put(name, (text, arguments, render) -> TextSearch.find(name, text, arguments));
    }
    METHODS.put("startswith", (text, arguments, render) -> TextSearch.affix(true, text, arguments));
    METHODS.put("endswith", (text, arguments, render) -> TextSearch.affix(false, text, arguments));
  }

  private StringMethods() {}

  /** The method of this name, bound to the string, or null when strings have none. */
  static @Nullable Object bind(String text, String name) {
    Method method = METHODS.get(name);
    if (method == null) {
      if (LACKING.contains(name)) {
        throw Fault.unsupported("str." + name);
      }
      return null;
    }
    return new Function(
        "builtin_function_or_method",
        (render, arguments) -> {
          render.budget().characters(text.length());
          return method.call(text, arguments, render);
        });
  }

  private static void change(String name, UnaryOperator<String> change) {
    METHODS.put(
        name,
        (text, arguments, render) -> {
          arguments.bind(name);
          return change.apply(text);
        });
  }

  private static void question(String name, Predicate<String> predicate) {
    METHODS.put(
        name,
        (text, arguments, render) -> {
          arguments.bind(name);
          return predicate.test(text);
        });
  }

  private static boolean isNumeric(int point) {
    return switch (Character.getType(point)) {
      case Character.DECIMAL_DIGIT_NUMBER, Character.LETTER_NUMBER, Character.OTHER_NUMBER -> true;
      default -> false;
    };
  }

  private static Object strip(String name, String text, Arguments arguments) {
    Arguments.Bound bound = arguments.bind(name, "chars");
    return strip(
        text, bound.none(0) ? null : bound.text(0), !name.equals("rstrip"), !name.equals("lstrip"));
  }

  /**
   * @param characters what to strip, or null for white space
   */
  static String strip(String text, @Nullable String characters, boolean left, boolean right) {
    Set<Integer> stripped = new HashSet<>();
    if (characters != null) {
      characters.codePoints().forEach(stripped::add);
    }
    int start = 0;
    int end = text.length();
    while (left && start < end && isStripped(text.codePointAt(start), characters, stripped)) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && start < end && isStripped(text.codePointBefore(end), characters, stripped)) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(start, end);
  }

  private static boolean isStripped(int point, @Nullable String characters, Set<Integer> stripped) {
    return characters == null ? Whitespace.isSpace(point) : stripped.contains(point);
  }

  private static Object split(String text, Arguments arguments, boolean right, Render render) {
    Arguments.Bound bound = arguments.bind(right ? "rsplit" : "split", "sep", "maxsplit");
    long most = bound.integer(1, -1);
    int limit = most < 0 ? Integer.MAX_VALUE : (int) Math.min(most, Integer.MAX_VALUE);
    List<Object> parts =
        bound.none(0)
            ? TextSplit.words(text, limit, right)
            : TextSplit.parts(text, bound.text(0), limit, right);
    render.budget().elements(parts.size());
    return parts;
  }

  private static Object splitLines(String text, Arguments arguments, Render render) {
    boolean keepEnds = arguments.bind("splitlines", "keepends").flag(0, false);
    List<Object> lines = TextSplit.lines(text, keepEnds);
    render.budget().elements(lines.size());
    return lines;
  }

  private static Object partition(String text, Arguments arguments, boolean right) {
    String name = right ? "rpartition" : "partition";
    String separator = arguments.bind(name, "sep").text(0);
    if (separator.isEmpty()) {
      throw new Fault("empty separator");
    }
    int at = right ? text.lastIndexOf(separator) : text.indexOf(separator);
    if (at < 0) {
      return new PyTuple(right ? List.of("", "", text) : List.of(text, "", ""));
    }
    return new PyTuple(
        List.of(text.substring(0, at), separator, text.substring(at + separator.length())));
  }

  private static Object join(String separator, Arguments arguments, Render render) {
    StringBuilder out = new StringBuilder();
    int index = 0;
    for (Object item :
        Values.list(arguments.bind("join", "iterable").required(0), render.budget())) {
      if (!(item instanceof String part)) {
        throw new Fault(
            "sequence item "
                + index
                + ": expected str instance, "
                + Values.typeName(item)
                + " found");
      }
      render.budget().characters((long) part.length() + separator.length());
      out.append(index++ == 0 ? "" : separator).append(part);
    }
    return out.toString();
  }

  private static Object replace(String text, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind("replace", "old", "new", "count");
    return TextSplit.replace(
        text, bound.text(0), bound.text(1), bound.integer(2, -1), render.budget());
  }

  private static Object removePrefix(String text, Arguments arguments) {
    String prefix = arguments.bind("removeprefix", "prefix").text(0);
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static Object removeSuffix(String text, Arguments arguments) {
    String suffix = arguments.bind("removesuffix", "suffix").text(0);
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  private static Object pad(String name, String text, Arguments arguments, Render render) {
    Arguments.Bound bound = arguments.bind(name, "width", "fillchar");
    long width = Numbers.index(bound.required(0));
    String fill = bound.has(1) ? bound.text(1) : " ";
    if (Values.length(fill) != 1) {
      throw new Fault("the fill character must be exactly one character long");
    }
    return pad(name, text, width, fill, render.budget());
  }

  static String pad(String name, String text, long width, String fill, Budget budget) {
    long missing = Math.max(0, width - Values.length(text));
    budget.characters(missing);
    int all = (int) missing;
    int left =
        switch (name) {
          case "ljust" -> 0;
          case "rjust" -> all;
          // Python puts the odd blank on the left only when the width is odd.
          default -> all / 2 + (int) (missing & width & 1);
        };
    return fill.repeat(left) + text + fill.repeat(all - left);
  }

  private static Object zeroFill(String text, Arguments arguments, Render render) {
    long width = Numbers.index(arguments.bind("zfill", "width").required(0));
    boolean signed = text.startsWith("+") || text.startsWith("-");
    String sign = signed ? text.substring(0, 1) : "";
    String digits = text.substring(sign.length());
    return sign + pad("rjust", digits, width - sign.length(), "0", render.budget());
  }
}
