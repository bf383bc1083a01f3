package io.grpostream.simulation;

import io.grpostream.rules.BlockAssembly;
import io.grpostream.rules.Gate;
import io.grpostream.rules.StalenessGate;
import io.grpostream.simulation.Message.Barrier;
import io.grpostream.simulation.Message.Block;
import io.grpostream.simulation.Message.NumberedPrompt;
import io.grpostream.simulation.Message.Prompt;
import io.grpostream.simulation.Message.Start;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The gated source with decode and sequencer chained behind it. */
final class SourceTask implements Task {
  private final Scenario scenario;
  private final World world;
  private final String lineage;
  private final Gate gate;
  private final BlockAssembly<NumberedPrompt> blocks;
  private final List<ArrayDeque<Message>> toRollout;
  private final ArrayDeque<Message> toLearner;
  private CompletableFuture<Void> available = CompletableFuture.completedFuture(null);
  private long offset;

  SourceTask(
      Scenario scenario,
      World world,
      String lineage,
      Checkpoint.SourceState restored,
      List<ArrayDeque<Message>> toRollout,
      ArrayDeque<Message> toLearner) {
    this.scenario = scenario;
    this.world = world;
    this.lineage = lineage;
    this.toRollout = toRollout;
    this.toLearner = toLearner;
    gate =
        new Gate(
            scenario.has(Bug.GATE_TOO_LOOSE)
                ? new StalenessGate(scenario.maxStaleness() + 1, scenario.rule().batchGroups())
                : scenario.rule(),
            scenario.has(Bug.GATE_HAS_NO_END) ? Gate.NO_END : scenario.end());
    gate.restore(restored.gate());
    gate.startLineage(lineage);
    blocks = new BlockAssembly<>(scenario.batches(), NumberedPrompt::number);
    restored.unfinishedBlock().forEach(blocks::add);
    offset = restored.offset();
    toRollout.forEach(channel -> channel.add(new Start(lineage)));
    toLearner.add(new Start(lineage));
  }

  /** On the feed's thread. */
  void announce(World.Announcement heard) {
    gate.announce(
        scenario.has(Bug.GATE_HEARS_DEAD_LINEAGES) ? lineage : heard.lineage(), heard.frontier());
  }

  @Override
  public boolean canStep() {
    return available.isDone() && offset < world.prompts().size();
  }

  @Override
  public void step() {
    if (!gate.isOpen()) {
      available = gate.whenOpen();
      return;
    }
    Prompt prompt = world.prompts().get((int) offset++);
    if (prompt.decodable()) {
      blocks.add(new NumberedPrompt(gate.take(), prompt)).ifPresent(this::send);
    }
  }

  private void send(List<NumberedPrompt> prompts) {
    long number = scenario.batches().blockOf(prompts.get(0).number());
    toRollout.get((int) (number % toRollout.size())).add(new Block(number, prompts));
  }

  /** Between two prompts. */
  void snapshot(Checkpoint checkpoint) {
    checkpoint.ofSource(
        new Checkpoint.SourceState(
            offset + (scenario.has(Bug.SOURCE_OFFSET_AHEAD) ? 1 : 0),
            gate.snapshot(),
            scenario.has(Bug.SEQUENCER_FORGETS_UNFINISHED_BLOCK) ? List.of() : blocks.waiting()));
    toRollout.forEach(channel -> channel.add(new Barrier(checkpoint.id())));
    toLearner.add(new Barrier(checkpoint.id()));
  }

  /** How many numbers were given. */
  long numbersGiven() {
    return gate.snapshot().next();
  }
}
