package io.grpostream.cli;

import io.grpostream.kafka.KafkaConnection;
import io.grpostream.kafka.PromptLoader;
import io.grpostream.kafka.PromptOrder;
import io.grpostream.kafka.PromptsTopic;
import io.grpostream.kafka.Topics;
import io.grpostream.policy.UserErrorException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code grpo prompts load}: a file's prompts onto the prompts topic. */
@Command(
    name = "load",
    description =
        "Put the prompts of a file onto the prompts topic, in order; makes the topic if it is missing.")
final class PromptsLoadCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description =
          "JSON lines ({\"prompt\": …} or {\"messages\": […]}), or an Avro container file.")
  private Path file;

  @Option(
      names = "--bootstrap-servers",
      required = true,
      paramLabel = "HOST:PORT",
      description = "The brokers, several with commas between.")
  private String bootstrapServers;

  @Option(
      names = "--topic-prefix",
      paramLabel = "TEXT",
      defaultValue = "",
      description = "As kafka.topic-prefix of the run that reads them.")
  private String topicPrefix;

  @Option(
      names = "--shuffle",
      paramLabel = "SEED",
      description = "Shuffle, each pass over the file in its own order (default: the file's).")
  private @Nullable Long shuffle;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "How many, the file again and again if need be (default: the file once).")
  private @Nullable Long count;

  @Override
  public Integer call() {
    if (count != null && count < 1) {
      throw new UserErrorException("--count is " + count + "; it must be at least 1");
    }
    Topics topics = new Topics(topicPrefix);
    PromptLoader prompts = PromptLoader.open(file);
    long number = count == null ? prompts.size() : count;
    PromptOrder order = shuffle == null ? PromptOrder.asInFile() : PromptOrder.shuffled(shuffle);
    KafkaConnection kafka = KafkaConnection.of(bootstrapServers);
    PrintWriter out = spec.commandLine().getOut();
    if (PromptsTopic.makeIfMissing(kafka, topics.prompts())) {
      out.println("made topic " + topics.prompts() + ", with one partition");
    }
    prompts.load(kafka, topics.prompts(), order, 0, number);
    out.println(number + " prompts are on topic " + topics.prompts());
    return 0;
  }
}
