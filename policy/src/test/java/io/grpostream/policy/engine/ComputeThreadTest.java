package io.grpostream.policy.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Who does the work, and what comes back. */
class ComputeThreadTest {
  @Test
  void theThreadHasEndedWhenTheResultIsThere() {
    Thread thread = ComputeThread.run("apart", Thread::currentThread);
    assertNotSame(Thread.currentThread(), thread);
    assertEquals("apart", thread.getName());
    assertFalse(thread.isAlive());
  }

  @Test
  void whatTheWorkThrowsComesAsItIs() {
    IOException checked = new IOException("no such file");
    assertSame(
        checked,
        assertThrows(
            IOException.class,
            () ->
                ComputeThread.run(
                    "apart",
                    () -> {
                      throw checked;
                    })));
    StackOverflowError error = new StackOverflowError();
    assertSame(
        error,
        assertThrows(
            StackOverflowError.class,
            () ->
                ComputeThread.run(
                    "apart",
                    () -> {
                      throw error;
                    })));
  }

  @Test
  void anInterruptionNeitherEndsTheWaitNorIsLost() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean done = new AtomicBoolean();
    AtomicBoolean sawItDone = new AtomicBoolean();
    AtomicBoolean interrupted = new AtomicBoolean();
    Thread waiting =
        new Thread(
            () -> {
              try {
                ComputeThread.run(
                    "apart",
                    () -> {
                      begun.countDown();
                      goOn.await();
                      done.set(true);
                      return 0;
                    });
              } catch (Exception e) {
                throw new AssertionError(e);
              }
              sawItDone.set(done.get());
              interrupted.set(Thread.currentThread().isInterrupted());
            });
    waiting.start();
    begun.await();
    waiting.interrupt();
    waiting.join(100);
    assertTrue(waiting.isAlive(), "it waits on");
    goOn.countDown();
    waiting.join();
    assertTrue(sawItDone.get());
    assertTrue(interrupted.get());
  }
}
