package io.grpostream.cli;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.template.TemplateException;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns a command's failure into what a person reads and the exit code a script sees: {@value
 * #USER_ERROR} for what the user can mend (one line for each thing), {@value #UNEXPECTED} for
 * everything else.
 */
final class Failures {
  static final int UNEXPECTED = 1;
  static final int USER_ERROR = 2;

  /** What Linux says of a full disk, a used-up quota, and a file beyond the user's limit. */
  private static final List<String> NO_ROOM =
      List.of("No space left on device", "Disk quota exceeded", "File too large");

  private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

  private final PrintWriter err;
  private final boolean verbose;

  Failures(PrintWriter err, boolean verbose) {
    this.err = err;
    this.verbose = verbose;
  }

  /** Tells the user and gives the exit code. */
  int report(Throwable failure) {
    LOG.info("The command failed", failure);
    String explained = explain(failure);
    if (explained != null) {
      err.println(explained);
    } else {
      err.println("unexpected error: " + failure + (verbose ? "" : " (-v shows where)"));
    }
    if (verbose) {
      failure.printStackTrace(err);
    }
    err.flush();
    return explained != null ? USER_ERROR : UNEXPECTED;
  }

  /** What the user can mend, in words; null if it is nothing of the kind. */
  private static @Nullable String explain(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof UserErrorException || cause instanceof TemplateException) {
        return message;
      }
      if (cause instanceof BindException) {
        return "a port is in use (" + message + "); free it or configure another";
      }
      if (cause instanceof AccessDeniedException) {
        return "no permission for " + message + "; change its permissions or choose another place";
      }
      if (cause instanceof UnsatisfiedLinkError) {
        return "a native library does not load: " + message + "; this needs Linux on x86-64";
      }
      if (NO_ROOM.stream().anyMatch(message::contains)) {
        return "the disk is full (" + message + "); free some space or choose another place";
      }
    }
    return null;
  }
}
