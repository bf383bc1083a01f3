package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a template into text and tags, with the white-space rules that transformers sets: {@code
 * trim_blocks} (a line end right after a block or comment goes) and {@code lstrip_blocks} (blanks
 * between a line's start and a block or comment go), {@code -} and {@code +} signs, and raw blocks.
 * What is inside tags is {@link TagLexer}'s.
 */
final class Lexer {
  private final Source source;
  private final List<Token> tokens = new ArrayList<>();

  /** Whether the text that comes next begins a line, as far as lstrip_blocks is concerned. */
  private boolean lineStarting = true;

  private Lexer(Source source) {
    this.source = source;
  }

  static List<Token> tokenize(Source source) {
    Lexer lexer = new Lexer(source);
    while (!source.atEnd()) {
      lexer.next();
    }
    lexer.add(Token.Kind.END, "");
    return lexer.tokens;
  }

  private void next() {
    int tag = source.findTag();
    if (tag < 0) {
      addText(source.take(source.remaining()));
      return;
    }
    int line = source.line();
    String text = source.takeTo(tag);
    boolean lineStart = lineStarting;
    if (acceptRawBegin(text, line, lineStart)) {
      return;
    }
    String opening = source.take(2);
    addText(trimBefore(text, takeSign(), !opening.equals("{{"), lineStart), line);
    switch (opening) {
      case "{#" -> skipComment();
      case "{{" -> tag(Token.Kind.OPEN_OUTPUT, Token.Kind.CLOSE_OUTPUT);
      default -> tag(Token.Kind.OPEN_BLOCK, Token.Kind.CLOSE_BLOCK);
    }
    lineStarting = source.atLineStart();
  }

  private char takeSign() {
    char sign = source.peek(0);
    return sign == '-' || sign == '+' ? source.take(1).charAt(0) : ' ';
  }

  private static String trimBefore(String text, char sign, boolean lstrip, boolean lineStart) {
    if (sign == '-') {
      return Whitespace.stripRight(text);
    }
    int start = text.lastIndexOf('\n') + 1;
    boolean strip =
        sign != '+'
            && lstrip
            && (start > 0 || lineStart)
            && Whitespace.isBlank(text.substring(start));
    return strip ? text.substring(0, start) : text;
  }

  private void tag(Token.Kind opening, Token.Kind closing) {
    add(opening, "");
    new TagLexer(source, tokens).read(closing);
  }

  private void skipComment() {
    int end = source.find("#}");
    if (end < 0) {
      throw source.error("comment", "the comment is never closed by '#}'");
    }
    String comment = source.takeTo(end);
    source.take(2);
    if (comment.endsWith("-")) {
      source.skipWhitespace();
    } else if (!comment.endsWith("+")) {
      source.accept("\n");
    }
  }

  /** Reads a whole raw block if one begins here, and says whether it did. */
  private boolean acceptRawBegin(String before, int line, boolean lineStart) {
    int start = source.position();
    int startLine = source.line();
    char sign = ' ';
    boolean raw = source.accept("{%");
    if (raw) {
      sign = takeSign();
      raw = acceptWordAndClose("raw", false);
    }
    if (!raw) {
      source.rewind(start, startLine);
      return false;
    }
    addText(trimBefore(before, sign, true, lineStart), line);
    lineStarting = source.atLineStart();
    readRaw();
    return true;
  }

  private void readRaw() {
    int textStart = source.position();
    int textLine = source.line();
    for (int at = source.find("{%"); at >= 0; at = source.find("{%")) {
      source.takeTo(at);
      int atLine = source.line();
      source.take(2);
      char sign = takeSign();
      if (acceptWordAndClose("endraw", true)) {
        int end = source.position();
        int endLine = source.line();
        source.rewind(textStart, textLine);
        String text = source.takeTo(at);
        source.rewind(end, endLine);
        addText(trimBefore(text, sign, true, lineStarting), textLine);
        lineStarting = source.atLineStart();
        return;
      }
      source.rewind(at, atLine);
      source.take(2);
    }
    throw source.error("raw", "the raw block is never closed by 'endraw'");
  }

  private boolean acceptWordAndClose(String word, boolean trim) {
    source.skipWhitespace();
    if (!source.accept(word)) {
      return false;
    }
    source.skipWhitespace();
    if (source.accept("-%}")) {
      source.skipWhitespace();
      return true;
    }
    if (trim && source.accept("+%}")) {
      return true;
    }
    boolean closed = source.accept("%}");
    if (closed && trim) {
      source.accept("\n");
    }
    return closed;
  }

  private void addText(String text) {
    addText(text, source.line());
  }

  private void addText(String text, int line) {
    if (!text.isEmpty()) {
      tokens.add(new Token(Token.Kind.DATA, text, line));
    }
  }

  private void add(Token.Kind kind, String text) {
    tokens.add(new Token(kind, text, source.line()));
  }
}
