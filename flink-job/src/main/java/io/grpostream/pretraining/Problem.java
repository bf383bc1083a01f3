package io.grpostream.pretraining;

/** A sum of two three-digit numbers. */
record Problem(int a, int b) {
  static final int SMALLEST = 100;
  static final int LARGEST = 999;

  /** How many problems there are: unordered pairs, equal numbers included. */
  static final int DIFFERENT = (LARGEST - SMALLEST + 1) * (LARGEST - SMALLEST + 2) / 2;

  /** The prompt's text, such as {@code 437+285=}. */
  String prompt() {
    return a + "+" + b + "=";
  }

  /** The right answer. */
  String answer() {
    return Integer.toString(a + b);
  }

  /** The answer of someone who adds each column and forgets every carry: 958 + 467 = 315. */
  String carrylessAnswer() {
    int sum = 0;
    for (int place = 1; place <= 100; place *= 10) {
      sum += (a / place % 10 + b / place % 10) % 10 * place;
    }
    return Integer.toString(sum);
  }

  /** Names the unordered pair: 437+285 and 285+437 are the same problem. */
  int key() {
    return Math.min(a, b) * 1000 + Math.max(a, b);
  }
}
