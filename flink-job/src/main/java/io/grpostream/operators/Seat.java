package io.grpostream.operators;

import java.util.List;
import org.apache.flink.api.common.externalresource.ExternalResourceInfo;
import org.apache.flink.api.common.functions.RuntimeContext;

/**
 * Where in the cluster something computes.
 *
 * @param subtask number of the subtask, from 0
 * @param gpus CUDA numbers of the GPUs that Flink gave its TaskManager
 */
public record Seat(int subtask, List<Integer> gpus) {
  /** Outside of a cluster. */
  public static final Seat ALONE = new Seat(0, List.of());

  /** The name that Flink's documentation gives the resource, and its driver the property. */
  private static final String GPU = "gpu";

  private static final String INDEX = "index";

  public Seat {
    gpus = List.copyOf(gpus);
  }

  static Seat of(RuntimeContext context) {
    return new Seat(
        context.getTaskInfo().getIndexOfThisSubtask(),
        context.getExternalResourceInfos(GPU).stream().map(Seat::number).toList());
  }

  private static int number(ExternalResourceInfo gpu) {
    return gpu.getProperty(INDEX)
        .map(Integer::valueOf)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "Flink's external resource gpu has no property index; use Flink's GPU driver"));
  }
}
