package io.grpostream.cluster;

import io.grpostream.cluster.ClusterFolder.Submitted;
import io.grpostream.config.ConfigFile;
import io.grpostream.config.RunConfig;
import io.grpostream.job.JobSettings;
import io.grpostream.job.RunPlace;
import io.grpostream.job.TrainingJob;
import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.TopicRange;
import io.grpostream.local.PromptSupply;
import io.grpostream.manifest.Manifest;
import io.grpostream.report.RunFolder;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.jobgraph.JobGraph;
import org.apache.flink.runtime.jobgraph.SavepointRestoreSettings;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * One run, as it is handed to a cluster on this machine.
 *
 * @param config with all that {@link #resolved} fills in
 * @param run the run's id
 * @param folder the run's
 * @param cluster where
 */
public record Submission(RunConfig config, String run, RunFolder folder, ClusterFolder cluster) {
  /**
   * The configuration of a run on this cluster: what it leaves open about its place (broker, folder
   * of checkpoints, policy store) is filled in, since other processes could not guess it.
   */
  public static RunConfig resolved(
      Path file, List<String> overrides, String run, Path runFolder, ClusterFolder cluster)
      throws IOException {
    RunConfig written = ConfigFile.load(file, overrides);
    List<String> all = new ArrayList<>(overrides);
    all.add("run.name=" + run);
    if (written.kafka().bootstrapServers() == null) {
      all.add("kafka.bootstrap-servers=" + cluster.settings().bootstrapServers());
    }
    String checkpoints = written.checkpoint().directory();
    all.add(
        "checkpoint.directory="
            + (checkpoints == null
                ? cluster.checkpointFolder().resolve(run).toUri()
                : RunPlace.uri(checkpoints)));
    String store = written.store().uri();
    all.add(
        "store.uri=" + (store == null ? runFolder.resolve("store").toUri() : RunPlace.uri(store)));
    return ConfigFile.load(file, all);
  }

  /** Sets up topics, puts the configured prompts on theirs, and starts the job. */
  public Submitted start() throws Exception {
    folder.writeConfig(ConfigFile.write(config));
    RunPlace place = place();
    TrainingJob job = new TrainingJob(config, place);
    job.setUpTopics();
    job.refuseOtherRunsLedger();
    PromptSupply.start(config, place).close();
    manifest().write(folder.manifestFile());
    return submit(SavepointRestoreSettings.none());
  }

  /**
   * Starts the job from a savepoint or checkpoint.
   *
   * @param address of it
   */
  public Submitted resume(String address) throws Exception {
    folder.writeConfig(ConfigFile.write(config));
    new TrainingJob(config, place()).setUpTopics();
    Manifest now = manifest();
    Manifest.read(folder.manifestFile())
        .map(before -> now.resuming(before, address))
        .orElse(now)
        .write(folder.manifestFile());
    return submit(SavepointRestoreSettings.forPath(address, false));
  }

  private Manifest manifest() throws IOException {
    RunPlace place = place();
    return Manifest.of(config, run).with(TopicRange.of(place.kafka(), place.topics().all()));
  }

  private Submitted submit(SavepointRestoreSettings from) throws Exception {
    JobGraph graph = graph(from);
    for (Path jar : ClassPaths.jarsOfJob(cluster.temporaryFolder())) {
      graph.addJar(new org.apache.flink.core.fs.Path(jar.toUri()));
    }
    try (JobClient client = JobClient.of(cluster.settings())) {
      Submitted submitted =
          new Submitted(
              run, client.submit(graph), folder.path().toString(), checkpoints().toString());
      cluster.add(submitted);
      return submitted;
    }
  }

  /** The job as it travels: settings and code of operators, no weights. */
  JobGraph graph(SavepointRestoreSettings from) throws IOException {
    Configuration configuration = new Configuration();
    JobSettings.put(configuration, checkpoints(), config.checkpoint().interval());
    StreamExecutionEnvironment env = JobSettings.environment(configuration);
    new TrainingJob(config, place()).addTo(env);
    StreamGraph graph = env.getStreamGraph();
    graph.setJobName("grpo-stream " + run);
    JobGraph job = graph.getJobGraph();
    job.setSavepointRestoreSettings(from);
    return job;
  }

  private URI checkpoints() {
    return URI.create(Objects.requireNonNull(config.checkpoint().directory()));
  }

  private RunPlace place() {
    return RunPlace.of(
        config,
        run,
        KafkaConnection.of(Objects.requireNonNull(config.kafka().bootstrapServers())),
        folder.path());
  }
}
