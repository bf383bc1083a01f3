package io.grpostream.policy.template;

/** Python's notion of white space, which is neither Java's nor Unicode's. */
final class Whitespace {
  private Whitespace() {}

  static boolean isSpace(int point) {
    return (point >= 0x09 && point <= 0x0D)
        || (point >= 0x1C && point <= 0x20)
        || point == 0x85
        || point == 0xA0
        || point == 0x1680
        || (point >= 0x2000 && point <= 0x200A)
        || point == 0x2028
        || point == 0x2029
        || point == 0x202F
        || point == 0x205F
        || point == 0x3000;
  }

  static boolean isBlank(String text) {
    return text.chars().allMatch(Whitespace::isSpace);
  }

  static String stripLeft(String text) {
    int start = 0;
    while (start < text.length() && isSpace(text.charAt(start))) {
      start++;
    }
    return text.substring(start);
  }

  static String stripRight(String text) {
    int end = text.length();
    while (end > 0 && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(0, end);
  }
}
