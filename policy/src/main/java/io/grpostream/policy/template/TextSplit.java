package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Splitting strings at separators, white space and line ends, and replacing within them. */
final class TextSplit {
  private TextSplit() {}

  /** str.split and str.rsplit with a separator: at most so many cuts, from one end. */
  static List<Object> parts(String text, String separator, int limit, boolean right) {
    if (separator.isEmpty()) {
      throw new Fault("empty separator");
    }
    return right ? fromRight(text, separator, limit) : fromLeft(text, separator, limit);
  }

  private static List<Object> fromLeft(String text, String separator, int limit) {
    List<Object> parts = new ArrayList<>();
    int start = 0;
    for (int at = text.indexOf(separator); at >= 0 && parts.size() < limit; ) {
      parts.add(text.substring(start, at));
      start = at + separator.length();
      at = text.indexOf(separator, start);
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static List<Object> fromRight(String text, String separator, int limit) {
    List<Object> parts = new ArrayList<>();
    int end = text.length();
    while (parts.size() < limit) {
      int at = text.lastIndexOf(separator, end - separator.length());
      if (at < 0 || end < separator.length()) {
        break;
      }
      parts.add(text.substring(at + separator.length(), end));
      end = at;
    }
    parts.add(text.substring(0, end));
    Collections.reverse(parts);
    return parts;
  }

  /** str.split and str.rsplit without a separator: words between runs of white space. */
  static List<Object> words(String text, int limit, boolean right) {
    List<Object> words = right ? wordsFromRight(text, limit) : wordsFromLeft(text, limit);
    if (right) {
      Collections.reverse(words);
    }
    return words;
  }

  private static List<Object> wordsFromLeft(String text, int limit) {
    List<Object> words = new ArrayList<>();
    int start = skipLeft(text, 0, true);
    while (start < text.length()) {
      int end = words.size() < limit ? skipLeft(text, start, false) : text.length();
      words.add(text.substring(start, end));
      start = skipLeft(text, end, true);
    }
    return words;
  }

  private static List<Object> wordsFromRight(String text, int limit) {
    List<Object> words = new ArrayList<>();
    int end = skipRight(text, text.length(), true);
    while (end > 0) {
      int start = words.size() < limit ? skipRight(text, end, false) : 0;
      words.add(text.substring(start, end));
      end = skipRight(text, start, true);
    }
    return words;
  }

  /** The first position from here on that is not white space, or that is. */
  private static int skipLeft(String text, int from, boolean space) {
    int at = from;
    while (at < text.length() && Whitespace.isSpace(text.charAt(at)) == space) {
      at++;
    }
    return at;
  }

  private static int skipRight(String text, int from, boolean space) {
    int at = from;
    while (at > 0 && Whitespace.isSpace(text.charAt(at - 1)) == space) {
      at--;
    }
    return at;
  }

  /** str.splitlines: more characters than LF and CR end a line in Python. */
  static List<Object> lines(String text, boolean keepEnds) {
    List<Object> lines = new ArrayList<>();
    int start = 0;
    for (int at = 0; at < text.length(); at++) {
      if (isLineEnd(text.charAt(at))) {
        boolean pair = text.startsWith("\r\n", at);
        int next = at + (pair ? 2 : 1);
        lines.add(text.substring(start, keepEnds ? next : at));
        start = next;
        at = next - 1;
      }
    }
    if (start < text.length()) {
      lines.add(text.substring(start));
    }
    return lines;
  }

  private static boolean isLineEnd(char c) {
    return (c >= 0x0A && c <= 0x0D)
        || (c >= 0x1C && c <= 0x1E)
        || c == 0x85
        || c == 0x2028
        || c == 0x2029;
  }

  /**
   * str.replace.
   *
   * @param count how many occurrences to replace; negative for all
   */
  static String replace(String text, String old, String with, long count, Budget budget) {
    long most = count < 0 ? Long.MAX_VALUE : count;
    StringBuilder out = new StringBuilder();
    int start = 0;
    int from = 0;
    for (long done = 0; done < most; done++) {
      int at = from > text.length() ? -1 : text.indexOf(old, from);
      if (at < 0) {
        break;
      }
      budget.characters((long) with.length() + 1);
      out.append(text, start, at).append(with);
      start = at + old.length();
      // An empty string occurs before each character and once at the end.
      from = old.isEmpty() ? nextCharacter(text, at) : start;
    }
    return start > text.length() ? out.toString() : out.append(text.substring(start)).toString();
  }

  private static int nextCharacter(String text, int at) {
    return at < text.length() ? at + Character.charCount(text.codePointAt(at)) : at + 1;
  }
}
