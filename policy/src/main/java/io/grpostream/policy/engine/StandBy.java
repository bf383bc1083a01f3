package io.grpostream.policy.engine;

import io.grpostream.policy.UserErrorException;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.Arrays;

/**
 * Runs another program, and loads the native library into its process while nobody needs it yet. A
 * TaskManager that stands by is then ready to compute when another one dies: a recovery does not
 * wait for the library.
 */
public final class StandBy {
  /**
   * Nothing is loaded before: a process often starts because another one of its machine has died,
   * and then the processor's time belongs to the recovery.
   */
  private static final Duration SETTLED = Duration.ofSeconds(10);

  private StandBy() {}

  /**
   * Runs it.
   *
   * @param arguments the program's main class, then its own arguments
   */
  public static void main(String[] arguments) throws Throwable {
    Thread standBy = new Thread(StandBy::load, "stand-by");
    standBy.setDaemon(true);
    standBy.start();
    try {
      Class.forName(arguments[0])
          .getMethod("main", String[].class)
          .invoke(null, (Object) Arrays.copyOfRange(arguments, 1, arguments.length));
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static void load() {
    try {
      Thread.sleep(SETTLED.toMillis());
      Torch.loadLibrary();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (UserErrorException e) {
      // A library that does not load is for the first job to tell, which needs it.
      return;
    }
  }
}
