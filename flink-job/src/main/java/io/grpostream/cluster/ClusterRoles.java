package io.grpostream.cluster;

import java.util.ArrayList;
import java.util.List;

/** What the cluster's processes are called, and in which order they start. */
final class ClusterRoles {
  static final String ZOOKEEPER = "zookeeper";
  static final String BROKER = "broker";
  static final String JOB_MANAGER = "jobmanager";

  private static final String TASK_MANAGER = "taskmanager-";

  private ClusterRoles() {}

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

  /** Every process, in the order of starting. */
  static List<String> all(ClusterSettings settings) {
    List<String> names = new ArrayList<>(List.of(ZOOKEEPER, BROKER, JOB_MANAGER));
    for (int number = 1; number <= settings.taskManagers(); number++) {
      names.add(taskManager(number));
    }
    return names;
  }
}
