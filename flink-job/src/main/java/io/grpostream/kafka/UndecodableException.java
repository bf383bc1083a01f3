package io.grpostream.kafka;

/** Bytes that are not what they should be. */
public final class UndecodableException extends Exception {
  private final String detail;

  public UndecodableException(String detail) {
    super(detail);
    this.detail = detail;
  }

  public UndecodableException(String detail, Throwable cause) {
    super(detail, cause);
    this.detail = detail;
  }

  /** One sentence on what is wrong. */
  public String detail() {
    return detail;
  }
}
