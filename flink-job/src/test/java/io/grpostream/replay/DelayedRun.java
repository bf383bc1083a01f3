package io.grpostream.replay;

import io.grpostream.config.ConfigFile;
import io.grpostream.config.RunConfig;
import io.grpostream.job.RunPlace;
import io.grpostream.job.TrainingJob;
import io.grpostream.kafka.CommittedTopics;
import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.Nonsense;
import io.grpostream.kafka.TopicDump;
import io.grpostream.kafka.TopicReader;
import io.grpostream.kafka.Topics;
import io.grpostream.local.LocalBroker;
import io.grpostream.local.LocalCluster;
import io.grpostream.local.PromptSupply;
import io.grpostream.manifest.Manifest;
import io.grpostream.records.TrainingStep;
import io.grpostream.report.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.common.IsolationLevel;

/**
 * An asynchronous run of the demo's model on a broker that is there, with delays in every operator:
 * its topics stay on the broker, its folder has configuration and manifest.
 */
final class DelayedRun {
  private static final Path PROJECT =
      Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

  private final LocalBroker broker;
  private final RunConfig config;
  private final long steps;
  private final RunFolder folder;
  private final RunPlace place;

  DelayedRun(LocalBroker broker, Path folder, int parallelism, long steps) throws Exception {
    this.broker = broker;
    this.steps = steps;
    this.folder = RunFolder.create(folder);
    String name = String.valueOf(folder.getFileName());
    config =
        ConfigFile.load(
            PROJECT.resolve("conf/demo.yaml"),
            List.of(
                "run.steps=" + steps,
                "policy.checkpoint=" + PROJECT.resolve("models/adder"),
                "prompts.file=" + PROJECT.resolve("data/addition-train.jsonl"),
                "evaluation.prompts=",
                "learner.batch-groups=8",
                "learner.warmup-updates=0",
                "rollout.group-size=4",
                "rollout.block-groups=4",
                "rollout.parallelism=" + parallelism,
                "kafka.bootstrap-servers=" + broker.bootstrapServers(),
                "kafka.topic-prefix=" + name + "."));
    this.folder.writeConfig(ConfigFile.write(config));
    Manifest.of(config, name).write(this.folder.manifestFile());
    place = RunPlace.of(config, name, KafkaConnection.of(broker.bootstrapServers()), folder);
  }

  /** Runs to the end; its committed ledger. */
  List<TrainingStep> run(Delays delays) throws Exception {
    TrainingJob job = new TrainingJob(config, place);
    job.setUpTopics();
    // A record without a number, so that numbers and offsets are not the same.
    Nonsense.produce(place.kafka(), place.topics());
    PromptSupply.start(config, place).close();
    try (LocalCluster cluster =
        LocalCluster.start(
            Optional.of(0),
            config.rollout().parallelism(),
            folder.path().resolve("checkpoints").toUri(),
            config.checkpoint().interval())) {
      StreamExecutionEnvironment env = cluster.environment();
      job.addTo(env);
      int delayed = delays.putInto(env);
      if (delayed < 6) {
        throw new AssertionError("only " + delayed + " operators are delayed");
      }
      cluster.submit(env, place.run());
      while (ledger(IsolationLevel.READ_UNCOMMITTED).size() < steps) {
        cluster.check();
        Thread.sleep(100);
      }
      cluster.stopWithSavepoint(Files.createDirectories(folder.path().resolve("savepoints"))).get();
    }
    return ledger(IsolationLevel.READ_COMMITTED);
  }

  private List<TrainingStep> ledger(IsolationLevel isolation) {
    List<TrainingStep> steps = new ArrayList<>();
    try (TopicReader<TrainingStep> reader =
        TopicReader.trainingSteps(place.kafka(), place.topics(), isolation)) {
      reader.readToEnd(steps::add);
    }
    return steps;
  }

  /** What the record is when its topics are on the broker. */
  RunRecord onKafka() throws Exception {
    Topics topics = place.topics();
    return RunRecord.of(
        folder.path(),
        Optional.of(new CommittedTopics(KafkaConnection.of(broker.bootstrapServers()), topics)));
  }

  /** Leaves ledger and topics as files, as a local run does; the folder. */
  Path leaveFiles() throws Exception {
    folder.writeSteps(ledger(IsolationLevel.READ_COMMITTED));
    Path topics = Files.createDirectories(folder.topicsFolder());
    TopicDump dump = new TopicDump(place.kafka(), place.topics());
    dump.prompts(topics.resolve("prompts.avro"));
    dump.rollouts(topics.resolve("rollouts.avro"));
    dump.rejected(folder.rejectedFile());
    return folder.path();
  }
}
