package io.grpostream.policy.template;

import java.util.Locale;
import java.util.function.IntPredicate;

/** Python's upper, lower and title case of strings. */
final class Cases {
  private Cases() {}

  static String upper(String text) {
    return text.toUpperCase(Locale.ROOT);
  }

  static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int end = text.offsetByCodePoints(0, 1);
    return titleCase(text.substring(0, end)) + lower(text.substring(end));
  }

  /** str.title(): a letter after a letter is lower case, any other letter is title case. */
  static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int point : text.codePoints().toArray()) {
      String character = Character.toString(point);
      out.append(inWord ? lower(character) : titleCase(character));
      inWord = isCased(point);
    }
    return out.toString();
  }

  /** The filter title: the first character of each word upper, the rest lower. */
  static String titleWords(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    int start = 0;
    for (int end = 0; end < text.length(); end += Character.charCount(text.codePointAt(end))) {
      int point = text.codePointAt(end);
      boolean separator = "-({[<".indexOf(point) >= 0 || Whitespace.isSpace(point);
      if (separator == inWord) {
        appendWord(text.substring(start, end), out);
        start = end;
        inWord = !inWord;
      }
    }
    appendWord(text.substring(start), out);
    return out.toString();
  }

  private static void appendWord(String word, StringBuilder out) {
    if (!word.isEmpty()) {
      int end = word.offsetByCodePoints(0, 1);
      out.append(upper(word.substring(0, end))).append(lower(word.substring(end)));
    }
  }

  private static String titleCase(String character) {
    int point = character.codePointAt(0);
    int title = Character.toTitleCase(point);
    if (title != point) {
      return Character.toString(title);
    }
    // A ligature or sharp s: its upper case is several letters, of which the first stays upper.
    String upper = upper(character);
    return upper.length() > character.length()
        ? upper.charAt(0) + lower(upper.substring(1))
        : character;
  }

  static String swap(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .mapToObj(Character::toString)
        .forEach(
            one -> out.append(Character.isUpperCase(one.codePointAt(0)) ? lower(one) : upper(one)));
    return out.toString();
  }

  static boolean isCased(int point) {
    return Character.isUpperCase(point)
        || Character.isLowerCase(point)
        || Character.isTitleCase(point);
  }

  /** str.islower(): some cased character, and none that is upper or title case. */
  static boolean isLower(String text) {
    return text.codePoints().anyMatch(Character::isLowerCase)
        && text.codePoints().noneMatch(p -> Character.isUpperCase(p) || Character.isTitleCase(p));
  }

  /** str.isupper(): some cased character, and none that is lower or title case. */
  static boolean isUpper(String text) {
    return text.codePoints().anyMatch(Character::isUpperCase)
        && text.codePoints().noneMatch(p -> Character.isLowerCase(p) || Character.isTitleCase(p));
  }

  /** str.istitle(): words begin with one upper or title case letter, and the rest is lower case. */
  static boolean isTitle(String text) {
    boolean inWord = false;
    boolean any = false;
    for (int point : text.codePoints().toArray()) {
      boolean capital = Character.isUpperCase(point) || Character.isTitleCase(point);
      if (capital == inWord && isCased(point)) {
        return false;
      }
      inWord = isCased(point);
      any |= inWord;
    }
    return any;
  }

  /** Whether there is a character and all satisfy the condition, as the str.is… methods ask. */
  static boolean all(String text, IntPredicate condition) {
    return !text.isEmpty() && text.codePoints().allMatch(condition);
  }
}
