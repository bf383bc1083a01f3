package io.grpostream.simulation;

import io.grpostream.rules.KnownVersions;
import io.grpostream.rules.Schedule;
import io.grpostream.rules.StalenessGate;
import io.grpostream.simulation.Message.Answer;
import io.grpostream.simulation.Message.Barrier;
import io.grpostream.simulation.Message.Block;
import io.grpostream.simulation.Message.NumberedPrompt;
import io.grpostream.simulation.Message.Start;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One subtask of rollout, its worker, and the reward function behind it. */
final class RolloutTask implements Task {
  /** A block on the worker, with the version that samples it. */
  private record Work(Block block, World.Announcement version) {}

  private final Scenario scenario;
  private final Job job;
  private final Random random;
  private final Inputs inputs;
  private final List<ArrayDeque<Message>> toWindows;
  private final KnownVersions<World.Announcement> known;
  private final TreeMap<Long, Block> waiting = new TreeMap<>();
  private @Nullable String lineage;
  private @Nullable Work work;

  RolloutTask(Scenario scenario, Job job, Inputs inputs, List<ArrayDeque<Message>> toWindows) {
    this.scenario = scenario;
    this.job = job;
    this.random = job.random();
    this.inputs = inputs;
    this.toWindows = toWindows;
    Schedule schedule =
        scenario.has(Bug.LOCKSTEP_TAKES_NEWEST) ? Schedule.LIVE : scenario.schedule();
    boolean anyVersion = schedule == Schedule.LIVE && scenario.has(Bug.LIVE_TAKES_ANY_VERSION);
    StalenessGate loose = new StalenessGate(scenario.steps(), scenario.rule().batchGroups());
    known = new KnownVersions<>(schedule, anyVersion ? loose : scenario.rule());
  }

  void restore(Block block) {
    waiting.put(block.number(), block);
  }

  /** In the mailbox. */
  void announce(World.Announcement heard) {
    String from = heard.lineage();
    if (lineage == null && scenario.has(Bug.SAMPLER_DROPS_EARLY_ANNOUNCEMENTS)) {
      return;
    }
    if (lineage != null && scenario.has(Bug.SAMPLER_HEARS_DEAD_LINEAGES)) {
      from = lineage;
    }
    known.announce(from, heard.number(), heard);
  }

  @Override
  public boolean canStep() {
    return work != null || inputs.canPoll() || nextWork() != null;
  }

  @Override
  public void step() {
    Work next = work == null ? nextWork() : null;
    boolean canWork = work != null || next != null;
    if (inputs.canPoll() && !(canWork && random.nextBoolean())) {
      receive(inputs.poll());
    } else if (next != null) {
      job.invariants().samples(next.version().hash(), next.version().number(), job.history());
      job.trace("samples block %d by %s", next.block().number(), next.version());
      work = next;
    } else if (work != null) {
      finish(work);
    }
  }

  private void receive(@Nullable Message message) {
    inputs.takeAligned().ifPresent(this::snapshot);
    if (message instanceof Start start) {
      lineage = start.lineage();
      known.startLineage(lineage);
    } else if (message instanceof Block block) {
      waiting.put(block.number(), block);
    }
  }

  private @Nullable Work nextWork() {
    if (waiting.isEmpty()) {
      return null;
    }
    Block block = waiting.firstEntry().getValue();
    return known
        .versionFor(block.prompts().get(0).number())
        .map(version -> new Work(block, version))
        .orElse(null);
  }

  private void finish(Work done) {
    List<Answer> answers = new ArrayList<>();
    for (NumberedPrompt prompt : done.block().prompts()) {
      for (int i = 0; i < scenario.members().groupSize(); i++) {
        answers.add(sample(prompt, i, done.version()));
      }
    }
    Collections.shuffle(answers, random);
    answers.forEach(a -> toWindows.get((int) (a.number() % toWindows.size())).add(a));
    waiting.remove(done.block().number());
    work = null;
  }

  private Answer sample(NumberedPrompt prompt, int index, World.Announcement version) {
    long salt = scenario.pureSampling() ? 0 : random.nextLong();
    long content = FakePolicy.sample(version.hash(), prompt.number(), index, salt);
    return new Answer(prompt, index, version.number(), version.hash(), content);
  }

  private void snapshot(long checkpoint) {
    List<Block> blocks = new ArrayList<>(waiting.values());
    if (work != null && scenario.has(Bug.ROLLOUT_FORGETS_BLOCK_AT_WORK)) {
      blocks.remove(work.block());
    }
    job.checkpoint(checkpoint).ofRollout(blocks);
    toWindows.forEach(channel -> channel.add(new Barrier(checkpoint)));
  }
}
