package io.grpostream.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.grpostream.policy.UserErrorException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

/** A cluster's ports. */
class ClusterSettingsTest {
  @Test
  void aPortInUseIsNamedBeforeItsProcessStarts() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ClusterSettings settings =
          ClusterSettings.withFreePorts(new ClusterSettings.Size(2, 1, 1), taken.getLocalPort(), 0);
      settings.requireFree(ClusterRoles.ZOOKEEPER);
      settings.requireFree(ClusterRoles.jobManager(2));
      UserErrorException e =
          assertThrows(UserErrorException.class, () -> settings.requireFree(ClusterRoles.BROKER));
      assertEquals(
          "port %d of the cluster's broker is in use; free it, or run ./grpo cluster stop and start again with another"
              .formatted(taken.getLocalPort()),
          e.getMessage());
    }
  }
}
