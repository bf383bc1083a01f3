package io.grpostream.simulation;

import io.grpostream.rules.LedgerChain;
import io.grpostream.simulation.Message.Prompt;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** What outlives a crash: the topics. They never roll back. */
final class World {
  /** A record of {@code policy-versions}. */
  record Announcement(String lineage, long number, String hash, long frontier) {}

  /** One group in a ledger record. */
  record Trained(long number, long offset, long version, String hash) {}

  /** A record of {@code training-steps}. */
  record Step(LedgerChain.Link link, List<Trained> groups) {}

  /** Ledger records that become visible together, if their checkpoint completes. */
  record Transaction(long id, List<Step> steps) {}

  private final List<Prompt> prompts = new ArrayList<>();
  private final List<Announcement> versions = new ArrayList<>();
  private final List<Step> ledger = new ArrayList<>();
  private final Set<Long> committed = new HashSet<>();
  private final Deque<Announcement> zombies = new ArrayDeque<>();
  private final Invariants invariants;
  private final boolean tracing;
  private final StringBuilder trace = new StringBuilder();

  World(Scenario scenario, Random random, Invariants invariants, boolean tracing) {
    this.invariants = invariants;
    this.tracing = tracing;
    // More than the run needs, many equal, some that do not decode.
    for (long decodable = 0; decodable < scenario.end() + 4; ) {
      boolean decodes = random.nextInt(6) > 0;
      prompts.add(new Prompt(prompts.size(), "text " + random.nextInt(3), decodes));
      decodable += decodes ? 1 : 0;
    }
  }

  List<Prompt> prompts() {
    return prompts;
  }

  List<Announcement> versions() {
    return versions;
  }

  List<Step> ledger() {
    return ledger;
  }

  void announce(Announcement announcement) {
    trace("announced %s", announcement);
    versions.add(announcement);
    invariants.announced(announcement);
  }

  /** Committing again what was committed changes nothing. */
  void commit(Transaction transaction) {
    if (committed.add(transaction.id())) {
      transaction.steps().forEach(this::append);
    }
  }

  void append(Step step) {
    trace("ledger %s", step);
    ledger.add(step);
    invariants.committed(step);
  }

  /** What a dead job's producer had not sent yet: it may still arrive, much later. */
  void leaveBehind(Deque<Announcement> unsent) {
    zombies.addAll(unsent);
  }

  /** The oldest announcement left behind arrives; or it never will, nor those behind it. */
  void stir(Random random) {
    Announcement late = zombies.poll();
    if (late == null) {
      return;
    }
    if (random.nextInt(3) > 0) {
      announce(late);
    } else {
      zombies.removeIf(behind -> behind.lineage().equals(late.lineage()));
    }
  }

  /** Remembers an event for whoever replays the seed. */
  void trace(String format, Object... arguments) {
    if (tracing) {
      trace.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }
  }

  String traced() {
    return trace.toString();
  }
}
