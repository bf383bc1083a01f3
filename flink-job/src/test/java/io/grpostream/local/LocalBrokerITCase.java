package io.grpostream.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.grpostream.policy.UserErrorException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.utils.Exit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker starts, ends, continues in its folder, and says plainly why it cannot start. */
class LocalBrokerITCase {
  @TempDir Path dir;

  @Test
  void continuesWhereItEnded() throws Exception {
    for (boolean first : new boolean[] {true, false}) {
      LocalBroker broker = LocalBroker.start(dir.resolve("kafka"));
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
        if (first) {
          admin
              .createTopics(List.of(new NewTopic("kept", Optional.of(1), Optional.empty())))
              .all()
              .get();
        }
        assertEquals(Set.of("kept"), admin.listTopics().names().get());
      }
      long begin = System.nanoTime();
      broker.close();
      double seconds = (System.nanoTime() - begin) / 1e9;
      assertTrue(seconds < 5, "closing took " + seconds + " s");
    }
  }

  @Test
  void tellsWhenItGivesUpAndLeavesTheJvmAlive() {
    try (LocalBroker broker = LocalBroker.start(dir)) {
      assertFalse(broker.failure().isDone());
      assertThrows(IllegalStateException.class, () -> Exit.halt(1, "all log dirs have failed"));
      String message = String.valueOf(broker.failure().join().getMessage());
      assertTrue(message.contains(dir.toString()), message);
    }
  }

  @Test
  void namesATakenPort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Path folder = Files.createDirectory(dir.resolve("kafka"));
      LocalBroker.start(folder).close();
      Exception e =
          assertThrows(
              LocalBroker.PortTakenException.class,
              () -> LocalBroker.start(folder, taken.getLocalPort()));
      assertEquals("port " + taken.getLocalPort() + " is taken", e.getMessage());
    }
  }

  @Test
  void namesAFolderThatCannotBe() throws Exception {
    Path file = Files.writeString(dir.resolve("file"), "in the way");
    UserErrorException e =
        assertThrows(UserErrorException.class, () -> LocalBroker.start(file.resolve("kafka")));
    assertTrue(String.valueOf(e.getMessage()).contains(file.toString()), e.toString());
  }
}
