package io.grpostream.policy.template;

/** The escapes of a string literal, as Python's codec {@code unicode-escape} reads them. */
final class Escapes {
  private final String text;
  private final StringBuilder out = new StringBuilder();
  private int at;

  private Escapes(String text) {
    this.text = text;
  }

  static String decode(String text) {
    return text.indexOf('\\') < 0 ? text : new Escapes(text).decode();
  }

  private String decode() {
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\\') {
        escape();
      } else {
        out.append(c);
      }
    }
    return out.toString();
  }

  private void escape() {
    int point = text.codePointAt(at);
    at += Character.charCount(point);
    switch (point) {
      case '\n' -> {}
      case '\\', '\'', '"' -> out.appendCodePoint(point);
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'v' -> out.append('\u000B');
      case 'x' -> hex(2);
      case 'u' -> hex(4);
      case 'U' -> hex(8);
      case 'N' -> throw Fault.unsupported("the escape \\N{...}");
      default -> other(point);
    }
  }

  private void hex(int digits) {
    int end = at + digits;
    String hex = end <= text.length() ? text.substring(at, end) : "";
    if (!hex.matches("[0-9a-fA-F]{" + digits + "}")) {
      throw new Fault("an escape needs " + digits + " hexadecimal digits");
    }
    long point = Long.parseLong(hex, 16);
    if (point > Character.MAX_CODE_POINT) {
      throw new Fault("\\U" + hex + " is beyond Unicode");
    }
    out.appendCodePoint((int) point);
    at = end;
  }

  private void other(int point) {
    if (point >= '0' && point <= '7') {
      int value = point - '0';
      for (int i = 0; i < 2 && at < text.length() && isOctal(text.charAt(at)); i++) {
        value = value * 8 + (text.charAt(at++) - '0');
      }
      out.append((char) value);
    } else if (point < 128) {
      out.append('\\').append((char) point);
    } else {
      // Jinja2 first writes such a character as an escape, whose backslash this one then escapes.
      String form = point < 0x100 ? "x%02x" : point < 0x10000 ? "u%04x" : "U%08x";
      out.append('\\').append(String.format(form, point));
    }
  }

  private static boolean isOctal(char c) {
    return c >= '0' && c <= '7';
  }
}
