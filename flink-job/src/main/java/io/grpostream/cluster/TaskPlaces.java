package io.grpostream.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which TaskManager computes what, as the JobManager tells it.
 *
 * @param rest the JobManager's
 */
record TaskPlaces(RestApi rest) {
  /** The process that runs a subtask of the vertex whose name begins so; empty if none does now. */
  Set<String> of(String job, String vertex) throws InterruptedException {
    Set<String> names = new LinkedHashSet<>();
    for (JsonNode each : rest.get("/jobs/" + job).path("vertices")) {
      if (each.path("name").asText().startsWith(vertex)) {
        String id = each.path("id").asText();
        for (JsonNode task : rest.get("/jobs/" + job + "/vertices/" + id).path("subtasks")) {
          if (task.path("status").asText().equals("RUNNING")) {
            process(task.path("taskmanager-id").asText()).ifPresent(names::add);
          }
        }
      }
    }
    return names;
  }

  /** A TaskManager's resource id is its process's name and the time it started. */
  private static Optional<String> process(String resourceId) {
    int end = resourceId.lastIndexOf('_');
    return end < 0 || !ClusterRoles.isTaskManager(resourceId)
        ? Optional.empty()
        : Optional.of(resourceId.substring(0, end));
  }
}
