package io.grpostream.operators;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.engine.NativeTensor;
import io.grpostream.policy.engine.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.Test;

/** What a worker's jobs leave behind. */
class WorkerTest {
  /** As Linux keeps it, of the Java thread and of the OpenMP threads that it starts. */
  private static final String NAME = "team-of-two";

  private static final int TEAM = 2;
  private static final int LARGE = 1 << 22;

  /** Computes once per element, and notes the job's thread and how many threads its team had. */
  private static final class Computing extends AbstractStreamOperator<Integer>
      implements OneInputStreamOperator<Integer, Integer> {
    private transient List<Thread> threads;
    private transient List<Long> teams;
    private transient Worker worker;

    @Override
    public void open() {
      threads = new ArrayList<>();
      teams = new CopyOnWriteArrayList<>();
      worker = Worker.of(this, NAME);
    }

    @Override
    public void processElement(StreamRecord<Integer> element) {
      worker.compute(
          stop -> {
            Torch.enter(TEAM);
            NativeTensor.zeros(LARGE).close();
            teams.add(nativeThreads());
            return Thread.currentThread();
          },
          threads::add);
    }

    @Override
    public void close() throws Exception {
      worker.close();
      super.close();
    }
  }

  /** Threads of this process that bear the worker's name, be they Java's or OpenMP's. */
  private static long nativeThreads() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.filter(WorkerTest::bearsTheName).count();
    }
  }

  private static boolean bearsTheName(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip().equals(NAME);
    } catch (IOException e) {
      return false; // It has ended.
    }
  }

  @Test
  void jobsInTurnShareOneTeam() throws Exception {
    try (var harness = new OneInputStreamOperatorTestHarness<>(new Computing())) {
      harness.open();
      Computing operator = (Computing) harness.getOperator();
      for (int job = 0; job < 3; job++) {
        int done = job + 1;
        harness.processElement(job, 0);
        Mailbox.runUntil(harness, "job " + job, () -> operator.threads.size() == done);
        // Perhaps there is one more: libtorch makes one for all of the process, once.
        long others = operator.teams.get(job) - TEAM;
        assertTrue(
            others == 0 || others == 1, "threads of job " + job + " beyond its team: " + others);
      }
      assertEquals(1, Set.copyOf(operator.threads).size());
    }
  }
}
