package io.grpostream.policy.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who does the work, and what comes back. */
class ComputeThreadsTest {
  private static final Duration KEPT_FOR = Duration.ofSeconds(2);

  private final ComputeThreads threads = new ComputeThreads(KEPT_FOR);

  @Test
  void whatComputesInTurnSharesAThread() throws Exception {
    Thread first = threads.begin("first", Thread::currentThread).get();
    for (int piece = 0; piece < 1_000; piece++) {
      assertSame(first, threads.begin("next", Thread::currentThread).get());
    }
    assertEquals("next", first.getName());
    assertTrue(first.isDaemon());
    first.join();
    assertNotSame(first, threads.begin("later", Thread::currentThread).get());
  }

  @Test
  void oneThreadStaysOfThoseThatComputedAtOnce() throws Exception {
    CountDownLatch allBegun = new CountDownLatch(3);
    Callable<Thread> atOnce =
        () -> {
          allBegun.countDown();
          allBegun.await();
          return Thread.currentThread();
        };
    List<CompletableFuture<Thread>> begun =
        Stream.of("a", "b", "c").map(name -> threads.begin(name, atOnce)).toList();
    List<Thread> all = begun.stream().map(CompletableFuture::join).toList();
    assertEquals(3, Set.copyOf(all).size());
    Thread stays = threads.begin("next", Thread::currentThread).get();
    for (Thread thread : all) {
      if (thread != stays) {
        thread.join();
      }
    }
    assertSame(stays, threads.begin("after", Thread::currentThread).get());
  }

  @Test
  void aFailureLeavesTheThreadToOthers() {
    Thread[] failed = new Thread[1];
    CompletableFuture<Object> future =
        threads.begin(
            "fails",
            () -> {
              failed[0] = Thread.currentThread();
              throw new IOException("no such file");
            });
    assertThrows(CompletionException.class, future::join);
    assertSame(failed[0], threads.begin("next", Thread::currentThread).join());
  }

  @Test
  void workSeesTheClassesOfWhoeverGaveItAndLeavesNoneBehind() throws Exception {
    ClassLoader mine = new ClassLoader() {};
    Thread.currentThread().setContextClassLoader(mine);
    try {
      Thread thread = threads.begin("first", Thread::currentThread).get();
      assertSame(mine, threads.begin("next", () -> thread.getContextClassLoader()).get());
      assertNotSame(mine, thread.getContextClassLoader());
    } finally {
      Thread.currentThread().setContextClassLoader(getClass().getClassLoader());
    }
  }

  @Test
  void whatTheWorkThrowsComesAsItIs() {
    IOException checked = new IOException("no such file");
    assertSame(
        checked,
        assertThrows(
            IOException.class,
            () ->
                ComputeThreads.run(
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
                ComputeThreads.run(
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
                ComputeThreads.run(
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
