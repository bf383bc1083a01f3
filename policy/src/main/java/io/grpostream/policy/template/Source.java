package io.grpostream.policy.template;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A template's text with normal line ends, and a position in it that knows its line. */
final class Source {
  /** Java's patterns recurse over repeated groups, so what they see must be short. */
  private static final int MAX_MATCH = 1000;

  private final String name;
  private final String text;
  private int position;
  private int line = 1;

  /** CRLF and CR become LF, and one final line end is dropped, as Jinja2 does. */
  Source(String name, String raw) {
    this.name = name;
    String unix = raw.replace("\r\n", "\n").replace('\r', '\n');
    this.text = unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix;
  }

  int line() {
    return line;
  }

  int position() {
    return position;
  }

  boolean atEnd() {
    return position >= text.length();
  }

  /** The character at the position plus offset; NUL beyond the end. */
  char peek(int offset) {
    int at = position + offset;
    return at < text.length() ? text.charAt(at) : '\0';
  }

  boolean startsWith(String prefix) {
    return text.startsWith(prefix, position);
  }

  int remaining() {
    return text.length() - position;
  }

  /** The text at the position that matches, or null. */
  @Nullable String match(Pattern pattern) {
    int end = Math.min(text.length(), position + MAX_MATCH);
    Matcher matcher = pattern.matcher(text).region(position, end);
    return matcher.lookingAt() ? matcher.group() : null;
  }

  /** Where the next tag opens, as an absolute position, or -1. */
  int findTag() {
    for (int at = text.indexOf('{', position); at >= 0; at = text.indexOf('{', at + 1)) {
      if (at + 1 < text.length() && "%{#".indexOf(text.charAt(at + 1)) >= 0) {
        return at;
      }
    }
    return -1;
  }

  /** Where the string comes next, as an absolute position, or -1. */
  int find(String wanted) {
    return text.indexOf(wanted, position);
  }

  boolean accept(String expected) {
    boolean found = startsWith(expected);
    if (found) {
      advance(expected.length());
    }
    return found;
  }

  String take(int length) {
    String taken = text.substring(position, position + length);
    advance(length);
    return taken;
  }

  String takeTo(int end) {
    return take(end - position);
  }

  void skipWhitespace() {
    while (!atEnd() && Whitespace.isSpace(peek(0))) {
      advance(1);
    }
  }

  /** Go back to a place seen before. */
  void rewind(int position, int line) {
    this.position = position;
    this.line = line;
  }

  /** Whether the character before the position ends a line; true at the start. */
  boolean atLineStart() {
    return position == 0 || text.charAt(position - 1) == '\n';
  }

  TemplateException error(String construct, String reason) {
    return new TemplateException(name, line, construct, reason);
  }

  private void advance(int length) {
    int end = position + length;
    for (; position < end; position++) {
      if (text.charAt(position) == '\n') {
        line++;
      }
    }
  }
}
