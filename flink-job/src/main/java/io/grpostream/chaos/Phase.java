package io.grpostream.chaos;

/** What the learner is in the middle of when the kill comes. */
enum Phase {
  /** Whatever it happens to be. */
  ANY("any"),
  /** Half a step after a version was announced. */
  STEP("step"),
  /** A checkpoint's files are being written, and what it covers is not committed yet. */
  COMMIT("snapshot-to-commit");

  private final String text;

  Phase(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
