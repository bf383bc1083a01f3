package io.grpostream.cli;

import io.grpostream.local.StopRequest;
import java.lang.reflect.Proxy;
import java.time.Duration;

/**
 * Turns Ctrl-C (SIGINT) and SIGTERM into stop requests. The JVM's own way, shutdown hooks, knows no
 * second Ctrl-C.
 */
final class Interrupts {
  /** What a shell expects of a process ended by SIGINT. */
  static final int EXIT_CODE = 130;

  /** After a second request the process ends within this time, whatever still hangs. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private Interrupts() {}

  /** Sends signals to this stop request from now on. */
  static void send(StopRequest stop) {
    handle("INT", stop);
    handle("TERM", stop);
  }

  /**
   * By reflection, since javac warns of {@code sun.misc} and cannot be told not to; the module
   * jdk.unsupported exports it for this very use.
   */
  private static void handle(String name, StopRequest stop) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  request(stop);
                  return null;
                }
                return method.getName().equals("hashCode")
                    ? (Object) 0
                    : method.getName().equals("equals");
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this Java has no sun.misc.Signal", e);
    }
  }

  private static void request(StopRequest stop) {
    stop.request();
    if (stop.urgent()) {
      Thread watchdog =
          new Thread(
              () -> {
                try {
                  Thread.sleep(PATIENCE.toMillis());
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
                Runtime.getRuntime().halt(EXIT_CODE);
              },
              "impatience");
      watchdog.setDaemon(true);
      watchdog.start();
    }
  }
}
