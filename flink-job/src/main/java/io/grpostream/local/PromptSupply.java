package io.grpostream.local;

import io.grpostream.config.PromptsSection.Order;
import io.grpostream.config.RunConfig;
import io.grpostream.job.RunPlace;
import io.grpostream.kafka.PromptLoader;
import io.grpostream.kafka.PromptOrder;
import io.grpostream.kafka.TopicReader;
import io.grpostream.policy.UserErrorException;
import io.grpostream.records.Rejection;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * Puts the configured file's prompts onto the topic: as many as the run's steps take, again and
 * again from the file's beginning, and one more for each that is rejected, so that every batch
 * fills. A run without an end is always some batches ahead.
 */
public final class PromptSupply implements AutoCloseable {
  /** How many batches a run without an end is ahead. */
  private static final long AHEAD = 50;

  private final RunConfig config;
  private final RunPlace place;
  private final @Nullable PromptLoader file;
  private final PromptOrder order;
  private final TopicReader<Rejection> rejections;
  private long loaded;
  private long rejected;
  private long inARow;
  private long lastOffset = -1;

  private PromptSupply(RunConfig config, RunPlace place, @Nullable PromptLoader file) {
    this.config = config;
    this.place = place;
    this.file = file;
    this.rejections =
        TopicReader.rejected(place.kafka(), place.topics(), IsolationLevel.READ_UNCOMMITTED);
    this.order =
        config.prompts().order() == Order.FILE
            ? PromptOrder.asInFile()
            : PromptOrder.shuffled(config.run().seed());
  }

  /** Puts the first prompts onto the topic; none if they come from elsewhere. */
  public static PromptSupply start(RunConfig config, RunPlace place) {
    Path file = config.prompts().file();
    PromptSupply supply =
        new PromptSupply(config, place, file == null ? null : PromptLoader.openUnchecked(file));
    supply.loadTo(supply.wanted(0));
    return supply;
  }

  /** Puts more onto the topic, if the run needs more than are there. */
  void topUp(long stepsDone) {
    if (file == null) {
      return;
    }
    for (Rejection rejection : rejections.poll(Duration.ZERO)) {
      if (rejection.reason().ofCompletion()) {
        continue;
      }
      rejected++;
      inARow = rejection.at().offset() == lastOffset + 1 ? inARow + 1 : 1;
      lastOffset = rejection.at().offset();
    }
    // So many neighbours hold a whole pass over the file, in whatever order.
    if (inARow >= 2L * file.size()) {
      throw new UserErrorException(
          "prompts.file is "
              + config.prompts().file()
              + ", and all of its "
              + file.size()
              + " prompts were rejected; the topic rejected says why");
    }
    loadTo(wanted(stepsDone) + rejected);
  }

  /** Prompts with a number that the run takes, and those before its start. */
  private long wanted(long stepsDone) {
    Long steps = config.run().steps();
    long batches = steps == null ? stepsDone + AHEAD : steps;
    return Math.max(0, config.prompts().start().offset())
        + batches * config.learner().batchGroups();
  }

  private void loadTo(long count) {
    if (file != null && count > loaded) {
      file.load(place.kafka(), place.topics().prompts(), order, loaded, count - loaded);
      loaded = count;
    }
  }

  @Override
  public void close() {
    rejections.close();
  }
}
