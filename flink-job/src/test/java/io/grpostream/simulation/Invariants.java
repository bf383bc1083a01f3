package io.grpostream.simulation;

import io.grpostream.rules.LedgerChain;
import io.grpostream.simulation.Message.Answer;
import io.grpostream.simulation.Message.Group;
import io.grpostream.simulation.Message.Prompt;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Watches a run from outside. It reckons with plain numbers, not with the rules under test, except
 * that {@link LedgerChain} is the check itself.
 */
final class Invariants {
  private final Scenario scenario;
  private final Map<String, World.Announcement> lastAnnounced = new HashMap<>();
  private final Set<Long> trained = new HashSet<>();
  private final LedgerChain chain = new LedgerChain(0);
  private List<Prompt> accepted = List.of();
  private List<World.Step> uninterrupted = List.of();

  Invariants(Scenario scenario) {
    this.scenario = scenario;
  }

  /** The run's prompts are known now. */
  void startRun(List<Prompt> prompts) {
    accepted = prompts.stream().filter(Prompt::decodable).toList();
    if (scenario.isReproducible()) {
      uninterrupted = Uninterrupted.ledger(scenario, accepted);
    }
  }

  /** After every event. */
  void afterEvent(Job job) {
    long batchGroups = scenario.batches().batchGroups();
    long bound = (job.trainedBatches() + scenario.maxStaleness() + 1) * batchGroups;
    require(
        job.numbersGiven() <= Math.min(bound, scenario.steps() * batchGroups),
        Invariant.GATE_BOUND,
        "%d numbers were given when %d batches were trained",
        job.numbersGiven(),
        job.trainedBatches());
  }

  void announced(World.Announcement next) {
    World.Announcement last = lastAnnounced.put(next.lineage(), next);
    require(
        last == null || (next.number() == last.number() + 1 && next.frontier() >= last.frontier()),
        Invariant.VERSIONS_MONOTONE,
        "%s came after %s",
        next,
        last);
  }

  /** A sampler starts on a block. */
  void samples(String hash, long version, List<String> history) {
    require(isOf(history, version, hash), Invariant.OWN_LINEAGE, "%s %s samples", version, hash);
  }

  /** A group reaches the learner. */
  void grouped(Group group) {
    boolean complete = group.answers().size() == scenario.members().groupSize();
    for (int i = 0; i < group.answers().size(); i++) {
      Answer answer = group.answers().get(i);
      complete &=
          answer.index() == i
              && answer.prompt().equals(group.first().prompt())
              && answer.hash().equals(group.first().hash());
    }
    require(complete, Invariant.GROUPS_COMPLETE, "%s", group);
  }

  /** An update of batch k, which makes version k + 1, is about to start. */
  void trains(List<Group> batch, long k, List<String> history) {
    for (Group group : batch) {
      Answer answer = group.first();
      require(isOf(history, answer.version(), answer.hash()), Invariant.OWN_LINEAGE, "%s", answer);
      require(
          k - answer.version() <= scenario.maxStaleness() && answer.version() <= k,
          Invariant.STALENESS_BOUND,
          "batch %d trains %s",
          k,
          answer);
    }
  }

  private static boolean isOf(List<String> history, long version, String hash) {
    return version < history.size() && history.get((int) version).equals(hash);
  }

  /** A ledger record becomes visible. */
  void committed(World.Step step) {
    for (World.Trained group : step.groups()) {
      require(trained.add(group.number()), Invariant.TRAINED_ONCE, "%s again", group);
    }
    try {
      chain.append(step.link());
    } catch (IllegalStateException e) {
      throw new Violation(Invariant.LEDGER_CHAIN, String.valueOf(e.getMessage()));
    }
    int k = (int) step.link().step();
    int batchGroups = scenario.batches().batchGroups();
    require(step.groups().size() == batchGroups, Invariant.NONE_LOST, "%s", step);
    for (int i = 0; i < batchGroups; i++) {
      World.Trained group = step.groups().get(i);
      int n = k * batchGroups + i;
      require(
          group.number() == n && group.offset() == accepted.get(n).offset(),
          Invariant.NONE_LOST,
          "%s stands where prompt %d at offset %d was due",
          group,
          n,
          accepted.get(n).offset());
    }
    require(
        !scenario.isReproducible() || step.equals(uninterrupted.get(k)),
        Invariant.AS_UNINTERRUPTED,
        "%s is not what an uninterrupted run wrote",
        step);
  }

  static void require(
      boolean holds, Invariant invariant, String format, @Nullable Object... arguments) {
    if (!holds) {
      throw new Violation(invariant, String.format(Locale.ROOT, format, arguments));
    }
  }
}
