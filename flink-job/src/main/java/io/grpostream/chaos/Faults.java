package io.grpostream.chaos;

import io.grpostream.chaos.ChaosResult.Recovery;
import io.grpostream.cluster.FaultTarget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Does one fault at a time to a run, and measures how long the run takes to go on.
 *
 * @param target processes and files
 * @param watch the run's announcements
 * @param step median time of a step
 * @param told hears of each fault when it is over
 */
record Faults(FaultTarget target, VersionWatch watch, Duration step, Consumer<Recovery> told) {
  private static final Duration RESTARTED_AFTER = Duration.ofSeconds(1);
  private static final Duration STOPPED_FOR = Duration.ofSeconds(10);

  /** A failure shows within this time. */
  private static final Duration SETTLED = Duration.ofSeconds(12);

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What a fault does, once its time has come. */
  @FunctionalInterface
  private interface Blow {
    void strike() throws IOException, InterruptedException;
  }

  Recovery kill(Victim victim, Phase phase) throws IOException, InterruptedException {
    String process = process(victim);
    Phase met = await(phase);
    return measure(
        victim.text(),
        met.text(),
        () -> {
          target.kill(process);
          Thread.sleep(RESTARTED_AFTER.toMillis());
          target.restart(process);
        });
  }

  /** SIGSTOP for 10 s: the process is there, and says nothing. */
  Recovery pauseLearner() throws IOException, InterruptedException {
    String process = target.learner();
    return measure("sigstop-learner", Phase.ANY.text(), () -> target.pause(process, STOPPED_FOR));
  }

  /** The disk under the checkpoints has no room for 10 s. */
  Recovery fillDisk(SmallDisk disk) throws IOException, InterruptedException {
    return measure(
        "full-disk",
        Phase.ANY.text(),
        () -> {
          disk.fill();
          Thread.sleep(STOPPED_FOR.toMillis());
          disk.free();
        });
  }

  /** The newest stored version is damaged, and a sampler that would read it starts anew. */
  Recovery damageVersion(Path store) throws IOException, InterruptedException {
    String process = target.rollout();
    return measure(
        "damaged-version",
        Phase.ANY.text(),
        () -> {
          target.kill(process);
          damageNewest(store);
          Thread.sleep(RESTARTED_AFTER.toMillis());
          target.restart(process);
        });
  }

  private Recovery measure(String kind, String phase, Blow blow)
      throws IOException, InterruptedException {
    long started = System.nanoTime();
    blow.strike();
    Optional<Duration> recovery = watch.recovery(started, SETTLED, PATIENCE);
    if (recovery.isEmpty()) {
      throw new IllegalStateException(
          "after " + kind + " no version followed within " + PATIENCE.toSeconds() + " s");
    }
    Recovery measured = new Recovery(kind, phase, recovery.get().toMillis() / 1e3);
    told.accept(measured);
    return measured;
  }

  /** Waits for such a moment; if none comes in time, any will do. */
  private Phase await(Phase phase) throws IOException, InterruptedException {
    boolean met =
        switch (phase) {
          case ANY -> true;
          case STEP -> watch.await(watch.newest() + 1, PATIENCE);
          case COMMIT -> target.awaitSnapshot();
        };
    if (met && phase == Phase.STEP) {
      Thread.sleep(step.toMillis() / 2);
    }
    return met ? phase : Phase.ANY;
  }

  private String process(Victim victim) throws InterruptedException {
    return switch (victim) {
      case LEARNER -> target.learner();
      case ROLLOUT -> target.rollout();
      case JOB_MANAGER -> target.jobManager();
      case BROKER -> target.broker();
    };
  }

  private static void damageNewest(Path store) throws IOException {
    Optional<Path> newest;
    try (Stream<Path> versions = Files.list(store)) {
      newest = versions.max(Comparator.comparing(each -> String.valueOf(each.getFileName())));
    }
    try (SeekableByteChannel file =
        Files.newByteChannel(newest.orElseThrow(), StandardOpenOption.WRITE)) {
      file.position(file.size() / 2).write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
    }
  }
}
