package io.grpostream.policy.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class OptimizerPassTest {
  @Test
  void readersWaitForItsEnd() throws Exception {
    OptimizerPass pass = OptimizerPass.begun();
    FutureTask<Boolean> reader =
        new FutureTask<>(
            () -> {
              pass.awaitEnd();
              return true;
            });
    new Thread(reader).start();
    pass.run(
        () -> assertThrows(TimeoutException.class, () -> reader.get(50, TimeUnit.MILLISECONDS)));
    assertTrue(reader.get(10, TimeUnit.SECONDS));
  }

  @Test
  void whatAFailedOneLeftIsNotRead() {
    OptimizerPass pass = OptimizerPass.begun();
    assertThrows(
        ArithmeticException.class,
        () ->
            pass.run(
                () -> {
                  throw new ArithmeticException("no");
                }));
    assertEquals(
        "the optimizer failed while it wrote the tensors",
        assertThrows(IllegalStateException.class, pass::awaitEnd).getMessage());
  }

  @Test
  void aReaderThatIsToldToEndEnds() throws Exception {
    OptimizerPass pass = OptimizerPass.begun();
    FutureTask<IllegalStateException> refused =
        new FutureTask<>(() -> assertThrows(IllegalStateException.class, pass::awaitEnd));
    Thread reader = new Thread(refused);
    reader.start();
    assertFalse(refused.isDone());
    reader.interrupt();
    assertEquals(
        "interrupted while waiting for the optimizer",
        refused.get(10, TimeUnit.SECONDS).getMessage());
  }
}
