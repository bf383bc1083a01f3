package io.grpostream.cli;

import io.grpostream.cluster.ClusterFolder.Submitted;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is said of a job that was submitted. */
final class SubmittedOutput {
  private SubmittedOutput() {}

  static String of(Submitted submitted, ClusterOption cluster) throws IOException {
    String dashboard = cluster.folder().settings().dashboard();
    if (!cluster.json()) {
      return "run %s is job %s on %s, folder %s"
          .formatted(submitted.run(), submitted.job(), dashboard, submitted.folder());
    }
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("run", submitted.run());
    line.put("jobId", submitted.job());
    line.put("folder", submitted.folder());
    line.put("dashboard", dashboard);
    line.put("bootstrapServers", cluster.folder().settings().bootstrapServers());
    return JsonOutput.line(line);
  }
}
