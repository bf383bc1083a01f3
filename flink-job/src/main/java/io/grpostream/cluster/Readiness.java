package io.grpostream.cluster;

import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Waits until a process that was started answers; says which did not, and where its log is. */
record Readiness(ClusterFolder folder, ClusterSettings settings) {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Something that is asked again and again. */
  @FunctionalInterface
  private interface Question {
    boolean answered() throws IOException, InterruptedException;
  }

  void awaitPort(RecordedProcess process, int port) throws InterruptedException, IOException {
    await(process, "did not open port " + port, () -> accepts(port));
  }

  void awaitTaskManagers(RecordedProcess jobManager) throws InterruptedException, IOException {
    RestApi rest = new RestApi(settings.dashboard());
    await(
        jobManager,
        "did not get all TaskManagers",
        () -> rest.taskManagers().size() >= settings.taskManagers());
  }

  private void await(RecordedProcess process, String problem, Question question)
      throws InterruptedException, IOException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!question.answered()) {
      boolean dead = process.running().isEmpty();
      if (dead || System.nanoTime() > end) {
        throw new UserErrorException(
            "the cluster's "
                + process.name()
                + (dead
                    ? " ended by itself"
                    : " " + problem + " within " + PATIENCE.toSeconds() + " s")
                + "; see "
                + process.output()
                + " and "
                + folder.processFolder()
                + "; then ./grpo cluster stop and start again");
      }
      Thread.sleep(PAUSE.toMillis());
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
