package io.grpostream.cluster;

import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * What a cluster on this machine consists of, and its ports, all on the loopback address.
 *
 * @param taskManagers how many TaskManagers
 * @param slots slots of each
 * @param zookeeperPort ZooKeeper's
 * @param brokerPort Kafka's, for clients
 * @param controllerPort Kafka's, for itself
 * @param restPort the dashboard's and the REST interface's
 * @param jobManagerPort the JobManager's, for TaskManagers
 */
public record ClusterSettings(
    int taskManagers,
    int slots,
    int zookeeperPort,
    int brokerPort,
    int controllerPort,
    int restPort,
    int jobManagerPort) {
  static final String HOST = "127.0.0.1";

  public ClusterSettings {
    requireAtLeastOne("--taskmanagers", taskManagers);
    requireAtLeastOne("--slots", slots);
  }

  /**
   * With free ports.
   *
   * @param brokerPort 0 for any free one
   * @param restPort 0 for any free one
   */
  public static ClusterSettings withFreePorts(
      int taskManagers, int slots, int brokerPort, int restPort) {
    List<Integer> free = freePorts(5);
    return new ClusterSettings(
        taskManagers,
        slots,
        free.get(0),
        brokerPort == 0 ? free.get(1) : brokerPort,
        free.get(2),
        restPort == 0 ? free.get(3) : restPort,
        free.get(4));
  }

  /** Where clients find the broker. */
  public String bootstrapServers() {
    return HOST + ":" + brokerPort;
  }

  /** The dashboard's address. */
  public String dashboard() {
    return "http://" + HOST + ":" + restPort;
  }

  /** Held all at once, so that no port comes twice. */
  private static List<Integer> freePorts(int count) {
    List<ServerSocket> sockets = new ArrayList<>();
    List<Integer> ports = new ArrayList<>();
    try {
      try {
        for (int i = 0; i < count; i++) {
          ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
          sockets.add(socket);
          ports.add(socket.getLocalPort());
        }
      } finally {
        for (ServerSocket socket : sockets) {
          socket.close();
        }
      }
    } catch (IOException e) {
      throw new UserErrorException("no port is free on " + HOST + ": " + e.getMessage(), e);
    }
    return ports;
  }

  private static void requireAtLeastOne(String option, int value) {
    if (value < 1) {
      throw new UserErrorException(option + " is " + value + "; it must be at least 1");
    }
  }
}
