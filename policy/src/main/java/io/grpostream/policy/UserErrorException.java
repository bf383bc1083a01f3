package io.grpostream.policy;

/**
 * Something the user gave is wrong, and the user can mend it: the message is one plain line with
 * key or file, value, rule and remedy. The command line prints it without a stack trace and exits
 * with code 2.
 */
public final class UserErrorException extends RuntimeException {
  public UserErrorException(String message) {
    super(message);
  }

  public UserErrorException(String message, Throwable cause) {
    super(message, cause);
  }
}
