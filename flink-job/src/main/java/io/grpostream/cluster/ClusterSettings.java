package io.grpostream.cluster;

import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * What a cluster on this machine consists of, and its ports, all on the loopback address. One that
 * others have started is known by the ports that clients use, and every other number is 0.
 *
 * @param jobManagers the ports of each JobManager; one leads, the others stand by
 * @param taskManagers how many TaskManagers
 * @param slots slots of each
 * @param zookeeperPort ZooKeeper's
 * @param brokerPort Kafka's, for clients
 * @param controllerPort Kafka's, for itself
 */
public record ClusterSettings(
    List<JobManagerPorts> jobManagers,
    int taskManagers,
    int slots,
    int zookeeperPort,
    int brokerPort,
    int controllerPort) {
  static final String HOST = "127.0.0.1";

  /**
   * One JobManager's.
   *
   * @param rest the dashboard's and the REST interface's
   * @param rpc the one for TaskManagers
   */
  public record JobManagerPorts(int rest, int rpc) {
    /** The dashboard's address. */
    public String dashboard() {
      return "http://" + HOST + ":" + rest;
    }
  }

  /**
   * How many there are of what.
   *
   * @param jobManagers one leads, the others stand by
   * @param slots slots of each TaskManager
   */
  public record Size(int jobManagers, int taskManagers, int slots) {
    public Size {
      requireAtLeastOne("--jobmanagers", jobManagers);
      requireAtLeastOne("--taskmanagers", taskManagers);
      requireAtLeastOne("--slots", slots);
    }
  }

  public ClusterSettings {
    jobManagers = List.copyOf(jobManagers);
    requireAtLeastOne("--jobmanagers", jobManagers.size());
  }

  /**
   * Those of a cluster that others have started.
   *
   * @param restPort the JobManager's, for its dashboard and clients
   * @param brokerPort Kafka's, for clients
   */
  public static ClusterSettings ofOthers(int restPort, int brokerPort) {
    return new ClusterSettings(List.of(new JobManagerPorts(restPort, 0)), 0, 0, 0, brokerPort, 0);
  }

  /** Whether others have started the cluster: none of its processes is ours. */
  boolean isOthers() {
    return taskManagers == 0;
  }

  /**
   * With free ports.
   *
   * @param brokerPort 0 for any free one
   * @param restPort the first JobManager's; 0 for any free one
   */
  public static ClusterSettings withFreePorts(Size size, int brokerPort, int restPort) {
    Iterator<Integer> free = freePorts(3 + 2 * size.jobManagers()).iterator();
    List<JobManagerPorts> jobManagers = new ArrayList<>();
    for (int i = 0; i < size.jobManagers(); i++) {
      int rest = free.next();
      jobManagers.add(new JobManagerPorts(i == 0 && restPort != 0 ? restPort : rest, free.next()));
    }
    int zookeeper = free.next();
    int broker = free.next();
    return new ClusterSettings(
        jobManagers,
        size.taskManagers(),
        size.slots(),
        zookeeper,
        brokerPort == 0 ? broker : brokerPort,
        free.next());
  }

  /** Where clients find the broker. */
  public String bootstrapServers() {
    return HOST + ":" + brokerPort;
  }

  /** The address of the first JobManager's dashboard, which shows what the leader does. */
  public String dashboard() {
    return jobManagers.get(0).dashboard();
  }

  /**
   * Finds out, before a process is started, whether it could open its ports.
   *
   * @param name the process's, of {@link ClusterRoles}
   * @throws UserErrorException if one of them is in use
   */
  void requireFree(String name) {
    for (int port : ports(name)) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (IOException e) {
        throw new UserErrorException(
            "port %d of the cluster's %s is in use; free it, or run ./grpo cluster stop and start again with another"
                .formatted(port, name),
            e);
      }
    }
  }

  private List<Integer> ports(String name) {
    if (ClusterRoles.isJobManager(name)) {
      JobManagerPorts ports = jobManagers.get(ClusterRoles.jobManagerNumber(name) - 1);
      return List.of(ports.rest(), ports.rpc());
    }
    return switch (name) {
      case ClusterRoles.ZOOKEEPER -> List.of(zookeeperPort);
      case ClusterRoles.BROKER -> List.of(brokerPort, controllerPort);
      default -> List.of();
    };
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
