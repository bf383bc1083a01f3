package io.grpostream.report;

/** Text made safe to stand in an HTML page, whatever a model or a user has put into it. */
final class Html {
  private Html() {}

  /**
   * The text with what HTML gives a meaning escaped, for elements and quoted attributes. Characters
   * that HTML forbids become visible: control characters their pictures (U+2400 and up), half a
   * surrogate pair U+FFFD.
   */
  static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints().forEach(character -> append(escaped, character));
    return escaped.toString();
  }

  private static void append(StringBuilder escaped, int character) {
    switch (character) {
      case '&' -> escaped.append("&amp;");
      case '<' -> escaped.append("&lt;");
      case '>' -> escaped.append("&gt;");
      case '"' -> escaped.append("&quot;");
      case '\'' -> escaped.append("&#39;");
      case '\n', '\t' -> escaped.append((char) character);
      case 0x7f -> escaped.append('\u2421');
      default -> {
        if (character < 0x20) {
          escaped.append((char) (0x2400 + character));
        } else if (Character.getType(character) == Character.SURROGATE) {
          escaped.append('\ufffd');
        } else {
          escaped.appendCodePoint(character);
        }
      }
    }
  }
}
