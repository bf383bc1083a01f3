package io.grpostream.local;

/** The job failed for good: it was restarted as often as the restart strategy allows. */
public final class JobFailedException extends Exception {
  /**
   * Makes one.
   *
   * @param cause what the job failed with, its innermost cause being where it began
   */
  public JobFailedException(Throwable cause) {
    super("the job failed: " + innermost(cause), cause);
  }

  private static String innermost(Throwable failure) {
    Throwable found = failure;
    while (found.getCause() != null && found.getCause() != found) {
      found = found.getCause();
    }
    return found.toString();
  }
}
