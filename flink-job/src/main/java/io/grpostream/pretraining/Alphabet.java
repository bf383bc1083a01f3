package io.grpostream.pretraining;

/** The demo's vocabulary of 16: one token per character, and three special ones. */
final class Alphabet {
  static final int PAD = 0;
  static final int BOS = 1;
  static final int EOS = 2;
  static final int SIZE = 16;

  private static final String CHARACTERS = "0123456789+-=";
  private static final int FIRST = 3;

  private Alphabet() {}

  /** A prompt's ids: the start token, then one per character. */
  static int[] prompt(String text) {
    int[] ids = new int[text.length() + 1];
    ids[0] = BOS;
    for (int i = 0; i < text.length(); i++) {
      ids[i + 1] = id(text.charAt(i));
    }
    return ids;
  }

  /** A completion's ids: one per character, then the end token. */
  static int[] completion(String text) {
    int[] ids = new int[text.length() + 1];
    for (int i = 0; i < text.length(); i++) {
      ids[i] = id(text.charAt(i));
    }
    ids[text.length()] = EOS;
    return ids;
  }

  /** The characters of some ids; special tokens leave nothing. */
  static String text(int[] ids) {
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      if (id >= FIRST) {
        text.append(CHARACTERS.charAt(id - FIRST));
      }
    }
    return text.toString();
  }

  static int id(char character) {
    int index = CHARACTERS.indexOf(character);
    if (index < 0) {
      throw new IllegalArgumentException(
          "'" + character + "' is not in the alphabet " + CHARACTERS);
    }
    return FIRST + index;
  }
}
