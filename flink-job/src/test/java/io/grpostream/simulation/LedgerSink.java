package io.grpostream.simulation;

import java.util.ArrayList;
import java.util.List;

/** The exactly-once producer of {@code training-steps}: a transaction per checkpoint. */
final class LedgerSink {
  private final Scenario scenario;
  private final World world;
  private final List<World.Transaction> preCommitted = new ArrayList<>();
  private List<World.Step> open = new ArrayList<>();

  LedgerSink(Scenario scenario, World world, List<World.Transaction> restored) {
    this.scenario = scenario;
    this.world = world;
    if (!scenario.has(Bug.LEDGER_LOSES_PRE_COMMITTED)) {
      restored.forEach(world::commit);
    }
  }

  void add(World.Step step) {
    if (scenario.has(Bug.LEDGER_NOT_TRANSACTIONAL)) {
      world.append(step);
    } else {
      open.add(step);
    }
  }

  /** Closes the transaction; what the checkpoint must hold to commit it later. */
  List<World.Transaction> preCommit(long checkpoint) {
    preCommitted.add(new World.Transaction(checkpoint, open));
    open = new ArrayList<>();
    return List.copyOf(preCommitted);
  }

  /** The checkpoint is complete, and with it all before. */
  void commit(long checkpoint) {
    preCommitted.stream().filter(t -> t.id() <= checkpoint).forEach(world::commit);
    preCommitted.removeIf(t -> t.id() <= checkpoint);
  }
}
