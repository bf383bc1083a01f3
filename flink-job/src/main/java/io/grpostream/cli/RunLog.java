package io.grpostream.cli;

import java.nio.file.Path;

/** Sends the log of broker, cluster and job to a run's own file; the console keeps warnings. */
final class RunLog {
  /** Properties that conf/log4j2.properties reads. */
  private static final String FILE = "grpo.log";

  private static final String LEVEL = "grpo.log.level";

  private RunLog() {}

  /** From now on. Logging must not have begun, because it reads its configuration when it does. */
  static void to(Path file) {
    System.setProperty(FILE, file.toString());
    if (System.getProperty(LEVEL) == null) {
      System.setProperty(LEVEL, "info");
    }
  }
}
