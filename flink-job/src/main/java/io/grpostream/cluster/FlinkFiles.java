package io.grpostream.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ConfigurationUtils;
import org.apache.flink.configuration.GlobalConfiguration;

/**
 * Flink's configuration of a cluster on this machine: conf/config.yaml, with this cluster's ports
 * and folders over it. What each JobManager has for itself, its ports, is on its command line.
 */
final class FlinkFiles {
  private FlinkFiles() {}

  /**
   * Writes it where the cluster's processes look for it.
   *
   * @param shipped the folder with the shipped config.yaml
   */
  static Configuration write(Path shipped, ClusterFolder folder, ClusterSettings settings)
      throws IOException {
    Configuration configuration = GlobalConfiguration.loadConfiguration(shipped.toString());
    overrides(folder, settings).forEach(configuration::setString);
    Files.createDirectories(folder.configFolder());
    Files.createDirectories(folder.temporaryFolder());
    Files.write(
        folder.configFolder().resolve("config.yaml"),
        ConfigurationUtils.convertConfigToWritableLines(configuration, false));
    return configuration;
  }

  private static Map<String, String> overrides(ClusterFolder folder, ClusterSettings settings) {
    Map<String, String> keys = new TreeMap<>();
    keys.put("jobmanager.rpc.address", ClusterSettings.HOST);
    keys.put("jobmanager.bind-host", ClusterSettings.HOST);
    keys.put("rest.address", ClusterSettings.HOST);
    keys.put("rest.bind-address", ClusterSettings.HOST);
    keys.put("taskmanager.host", ClusterSettings.HOST);
    keys.put("taskmanager.bind-host", ClusterSettings.HOST);
    keys.put("taskmanager.numberOfTaskSlots", Integer.toString(settings.slots()));
    keys.put("high-availability.type", "zookeeper");
    keys.put(
        "high-availability.zookeeper.quorum",
        ClusterSettings.HOST + ":" + settings.zookeeperPort());
    keys.put("high-availability.storageDir", uri(folder.highAvailabilityFolder()));
    keys.put("execution.checkpointing.dir", uri(folder.checkpointFolder()));
    keys.put("execution.checkpointing.savepoint-dir", uri(folder.savepointFolder()));
    keys.put("io.tmp.dirs", folder.temporaryFolder().toString());
    return keys;
  }

  private static String uri(Path folder) {
    return folder.toUri().toString();
  }
}
