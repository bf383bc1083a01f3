package io.grpostream.local;

import java.util.List;
import org.apache.flink.runtime.checkpoint.AbstractCheckpointStats;
import org.apache.flink.runtime.checkpoint.CheckpointStatsSnapshot;
import org.apache.flink.runtime.checkpoint.CheckpointStatsStatus;
import org.apache.flink.runtime.checkpoint.TaskStateStats;
import org.apache.flink.runtime.executiongraph.AccessExecutionGraph;
import org.apache.flink.runtime.executiongraph.AccessExecutionJobVertex;
import org.jspecify.annotations.Nullable;

/**
 * What a completed checkpoint cost.
 *
 * @param seconds from its trigger to its end
 * @param syncMillis the longest that it kept a subtask of the operator asked for from its work
 */
record CompletedCheckpoint(long bytes, double seconds, long syncMillis) {
  /**
   * The newest ones of a job, savepoints not counted.
   *
   * @param operator whose synchronous part is wanted, by its name in the job graph
   */
  static List<CompletedCheckpoint> of(AccessExecutionGraph graph, String operator) {
    CheckpointStatsSnapshot stats = graph.getCheckpointStatsSnapshot();
    return stats == null
        ? List.of()
        : stats.getHistory().getCheckpoints().stream()
            .filter(each -> each.getStatus() == CheckpointStatsStatus.COMPLETED)
            .filter(each -> !each.getProperties().isSavepoint())
            .map(
                each ->
                    new CompletedCheckpoint(
                        each.getStateSize(),
                        each.getEndToEndDuration() / 1e3,
                        longestSynchronousPart(each, graph, operator)))
            .toList();
  }

  private static long longestSynchronousPart(
      AbstractCheckpointStats checkpoint, AccessExecutionGraph graph, String operator) {
    return checkpoint.getAllTaskStateStats().stream()
        .filter(task -> isOf(graph.getJobVertex(task.getJobVertexId()), operator))
        .map(TaskStateStats::getSummaryStats)
        .mapToLong(task -> task.getSyncCheckpointDurationStats().getMaximum())
        .max()
        .orElse(0);
  }

  /** Whether a task, which bears the names of the operators chained in it, has this one. */
  private static boolean isOf(@Nullable AccessExecutionJobVertex task, String operator) {
    return task != null && task.getName().contains(operator);
  }
}
