package io.grpostream.cli;

import io.grpostream.cluster.ClusterFolder;
import io.grpostream.config.ConfigFile;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options of every command about a cluster on this machine. */
final class ClusterOption {
  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "runs/cluster",
      description = "The cluster's folder (default: ${DEFAULT-VALUE}).")
  private Path dir;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  ClusterFolder folder() {
    return new ClusterFolder(dir);
  }

  boolean json() {
    return json;
  }

  /** The project's folder, whose conf/ the cluster's processes use. */
  static Path home() {
    return Path.of(System.getProperty(ConfigFile.HOME, "")).toAbsolutePath();
  }
}
