package io.grpostream.cluster;

import java.util.ArrayList;
import java.util.List;

/** What the cluster's processes are called, and in which order they start. */
final class ClusterRoles {
  static final String ZOOKEEPER = "zookeeper";
  static final String BROKER = "broker";

  /** What the names of all JobManagers begin with. */
  static final String JOB_MANAGER = "jobmanager-";

  /** What the names of all TaskManagers begin with. */
  static final String TASK_MANAGER = "taskmanager-";

  private ClusterRoles() {}

  /**
   * The name of a JobManager.
   *
   * @param number from 1
   */
  static String jobManager(int number) {
    return JOB_MANAGER + number;
  }

  static boolean isJobManager(String name) {
    return name.startsWith(JOB_MANAGER);
  }

  /** The number of a JobManager of this name, from 1. */
  static int jobManagerNumber(String name) {
    return Integer.parseInt(name.substring(JOB_MANAGER.length()));
  }

  /**
   * The name of a TaskManager.
   *
   * @param number from 1
   */
  static String taskManager(int number) {
    return TASK_MANAGER + number;
  }

  static boolean isTaskManager(String name) {
    return name.startsWith(TASK_MANAGER);
  }

  /** Every process, in the order of starting; none of a cluster that others have started. */
  static List<String> all(ClusterSettings settings) {
    if (settings.isOthers()) {
      return List.of();
    }
    List<String> names = new ArrayList<>(List.of(ZOOKEEPER, BROKER));
    for (int number = 1; number <= settings.jobManagers().size(); number++) {
      names.add(jobManager(number));
    }
    for (int number = 1; number <= settings.taskManagers(); number++) {
      names.add(taskManager(number));
    }
    return names;
  }
}
