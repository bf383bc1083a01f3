package io.grpostream.operators;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.apache.flink.streaming.runtime.tasks.mailbox.Mail;
import org.apache.flink.streaming.runtime.tasks.mailbox.TaskMailbox;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;

/** Runs a harness's mails, as the task thread would, until something has come true. */
final class Mailbox {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private Mailbox() {}

  static void runUntil(
      AbstractStreamOperatorTestHarness<?> harness, String what, Callable<Boolean> true_)
      throws Exception {
    TaskMailbox mailbox = harness.getTaskMailbox();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!true_.call()) {
      var mail = mailbox.tryTake(TaskMailbox.MIN_PRIORITY);
      if (mail.isPresent()) {
        mail.get().run();
      } else if (System.nanoTime() > end) {
        throw new AssertionError("never came true: " + what);
      } else {
        Thread.sleep(1);
      }
    }
  }

  /** Runs the mails there are, and those that come within the given time. */
  static void runFor(AbstractStreamOperatorTestHarness<?> harness, Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      var mail = harness.getTaskMailbox().tryTake(TaskMailbox.MIN_PRIORITY);
      if (mail.isPresent()) {
        Mail taken = mail.get();
        taken.run();
      } else {
        Thread.sleep(1);
      }
    }
  }
}
