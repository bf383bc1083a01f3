package io.grpostream.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.local.JobFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** What a person reads of a failure that they can mend, however deep it lies. */
class FailuresTest {
  private static String report(int code, Throwable failure) {
    StringWriter text = new StringWriter();
    assertEquals(code, new Failures(new PrintWriter(text), false).report(failure));
    assertEquals(1, text.toString().lines().count(), text.toString());
    return text.toString();
  }

  @Test
  void aFullDiskUnderTheStoreIsOneLine() {
    IOException full = new IOException("No space left on device");
    String line = report(2, new JobFailedException(new RuntimeException("task failed", full)));
    assertTrue(line.startsWith("the disk is full"), line);
  }

  @Test
  void whatNobodyForesawIsUnexpected() {
    String line = report(1, new IllegalStateException("odd"));
    assertTrue(line.startsWith("unexpected error"), line);
  }
}
