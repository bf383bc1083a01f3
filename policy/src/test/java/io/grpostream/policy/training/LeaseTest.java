package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.grpostream.policy.StoppedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leased bytes stay as they were, whatever is trained meanwhile, and go when nobody holds them. */
class LeaseTest {
  private TrainerFixture.Ready ready;

  @BeforeEach
  void open() throws IOException, StoppedException {
    ready = TrainerFixture.Ready.open();
  }

  @AfterEach
  void close() {
    ready.close();
  }

  @Test
  void aLeaseSurvivesUpdatesWithItsOldBytes() throws StoppedException {
    List<TensorLease> leases = ready.trainer().lease();
    Map<String, ByteBuffer> before = TrainerFixture.bytes(leases);
    assertEquals(3 * 29, before.size());
    ready.update();
    ready.update();
    assertEquals(before, TrainerFixture.bytes(leases));
    List<TensorLease> now = ready.trainer().lease();
    assertNotEquals(before, TrainerFixture.bytes(now));
    now.forEach(TensorLease::close);
    leases.forEach(TensorLease::close);
  }

  @Test
  void whatIsLeasedWhenTheOptimizerHasBegunIsWhatItMakes()
      throws StoppedException, InterruptedException, ExecutionException {
    List<TensorLease> early = new ArrayList<>();
    List<FutureTask<Map<String, ByteBuffer>>> reading = new ArrayList<>();
    ready.update(
        metrics -> {
          early.addAll(ready.trainer().lease());
          FutureTask<Map<String, ByteBuffer>> reader =
              new FutureTask<>(() -> TrainerFixture.bytes(early));
          new Thread(reader).start();
          assertThrows(TimeoutException.class, () -> reader.get(50, TimeUnit.MILLISECONDS));
          reading.add(reader);
        });
    List<TensorLease> after = ready.trainer().lease();
    Map<String, ByteBuffer> made = TrainerFixture.bytes(after);
    after.forEach(TensorLease::close);
    assertEquals(made, reading.get(0).get());
    ready.update();
    assertEquals(made, TrainerFixture.bytes(early));
    early.forEach(TensorLease::close);
  }

  @Test
  void onlyWhatIsStillLeasedIsCopied() throws StoppedException {
    List<TensorLease> leases = ready.trainer().lease();
    leases.stream()
        .filter(lease -> !lease.info().name().equals("weights/model.norm.weight"))
        .forEach(TensorLease::close);
    ready.update();
    for (TensorLease lease : leases) {
      if (lease.info().name().equals("weights/model.norm.weight")) {
        ByteBuffer first = ByteBuffer.allocate(Float.BYTES);
        lease.read(0, first);
        lease.close();
      } else {
        assertThrows(IllegalStateException.class, () -> lease.read(0, ByteBuffer.allocate(4)));
        assertThrows(
            IllegalStateException.class,
            () -> lease.pass(0, ByteBuffer.allocate(4), bytes -> fail("its bytes may be gone")));
      }
    }
  }

  @Test
  void readingBeyondTheTensorIsRefused() {
    List<TensorLease> leases = ready.trainer().lease();
    TensorLease first = leases.get(0);
    assertThrows(
        IllegalArgumentException.class,
        () -> first.read(first.info().byteLength(), ByteBuffer.allocate(1)));
    assertThrows(
        IllegalArgumentException.class,
        () -> first.pass(first.info().byteLength(), ByteBuffer.allocate(1), bytes -> {}));
    leases.forEach(TensorLease::close);
    leases.forEach(TensorLease::close);
  }

  @Test
  void releasedCopiesAreFreed() throws StoppedException, IOException {
    for (int i = 0; i < 20; i++) {
      leaseAndUpdate();
    }
    long before = residentKib();
    for (int i = 0; i < 200; i++) {
      leaseAndUpdate();
    }
    // A leak of one state (1.8 MB) per round would make 360 MB.
    long grown = residentKib() - before;
    assertTrue(grown < 100_000, "grew by " + grown + " KiB");
  }

  @Test
  void anotherThreadReadsWhileUpdatesGoOn()
      throws StoppedException, InterruptedException, ExecutionException {
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try {
      for (int i = 0; i < 20; i++) {
        List<TensorLease> leases = ready.trainer().lease();
        Map<String, ByteBuffer> now = TrainerFixture.bytes(leases);
        Callable<Map<String, ByteBuffer>> read =
            () -> {
              Map<String, ByteBuffer> bytes = TrainerFixture.bytes(leases);
              leases.forEach(TensorLease::close);
              return bytes;
            };
        Future<Map<String, ByteBuffer>> later = reader.submit(read);
        ready.update();
        assertEquals(now, later.get());
      }
    } finally {
      reader.shutdown();
    }
  }

  private void leaseAndUpdate() throws StoppedException {
    List<TensorLease> leases = ready.trainer().lease();
    ready.update();
    leases.forEach(TensorLease::close);
  }

  private static long residentKib() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
