package io.grpostream.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether a ledger accounts for every prompt: its steps are one unbroken chain, numbers follow each
 * other, and every record of the prompts topic between the first and the last it names was trained
 * exactly once, or was rejected by name.
 */
public final class LedgerCheck {
  /** Where a prompt stands in Kafka. */
  public record Place(String topic, int partition, long offset) {
    @Override
    public String toString() {
      return topic + "-" + partition + "@" + offset;
    }
  }

  /**
   * A prompt that a step consumed.
   *
   * @param number its n
   * @param at where it stands
   */
  public record Consumed(long number, Place at) {}

  /**
   * What was found.
   *
   * @param steps steps in the ledger
   * @param prompts prompts they consumed
   * @param missing places of prompts without an outcome
   * @param repeated places of prompts with more than one
   * @param chainOk whether numbers and parents match
   * @param firstBreak why they do not; null if they do
   */
  public record Result(
      long steps,
      long prompts,
      List<Place> missing,
      List<Place> repeated,
      boolean chainOk,
      @Nullable String firstBreak) {
    public Result {
      missing = List.copyOf(missing);
      repeated = List.copyOf(repeated);
    }

    /** Whether every prompt has exactly one outcome, and the chain is whole. */
    public boolean ok() {
      return chainOk && missing.isEmpty() && repeated.isEmpty();
    }
  }

  private record Partition(String topic, int number) implements Comparable<Partition> {
    static Partition of(Place place) {
      return new Partition(place.topic(), place.partition());
    }

    @Override
    public int compareTo(Partition other) {
      int byTopic = topic.compareTo(other.topic);
      return byTopic != 0 ? byTopic : Integer.compare(number, other.number);
    }
  }

  /** How often each offset of a partition was trained, and how often rejected. */
  private static final class Outcomes {
    private final TreeMap<Long, Integer> trained = new TreeMap<>();
    private final TreeMap<Long, Integer> rejected = new TreeMap<>();
    private final TreeSet<Long> onTopic = new TreeSet<>();
  }

  private final LedgerChain chain = new LedgerChain(0);
  private final Map<Partition, Outcomes> partitions = new TreeMap<>();
  private long steps;
  private long nextNumber;
  private @Nullable String firstBreak;

  /** Takes the ledger's next record, in the order of the topic. */
  public void step(LedgerChain.Link link, List<Consumed> prompts) {
    steps++;
    try {
      chain.append(link);
    } catch (IllegalStateException e) {
      breakAt(String.valueOf(e.getMessage()));
    }
    for (Consumed prompt : prompts) {
      if (prompt.number() != nextNumber) {
        breakAt(
            "step %d trained prompt %d where prompt %d was due"
                .formatted(link.step(), prompt.number(), nextNumber));
      }
      nextNumber = prompt.number() + 1;
      outcomes(prompt.at()).trained.merge(prompt.at().offset(), 1, Integer::sum);
    }
  }

  /** Takes a record of the topic rejected; one of an answer names its prompt's place. */
  public void rejected(Place at) {
    outcomes(at).rejected.merge(at.offset(), 1, Integer::sum);
  }

  /**
   * Says that the prompts topic has a record there. Without any word about a partition, all of its
   * offsets count as records; transactions of a prompt's writer leave holes.
   */
  public void onTopic(Place at) {
    outcomes(at).onTopic.add(at.offset());
  }

  /** What was found in all of it. */
  public Result result() {
    List<Place> missing = new ArrayList<>();
    List<Place> repeated = new ArrayList<>();
    long prompts = 0;
    for (Map.Entry<Partition, Outcomes> entry : partitions.entrySet()) {
      Outcomes outcomes = entry.getValue();
      prompts += outcomes.trained.values().stream().mapToLong(Integer::longValue).sum();
      if (!outcomes.trained.isEmpty()) {
        collect(entry.getKey(), outcomes, missing, repeated);
      }
    }
    return new Result(steps, prompts, missing, repeated, firstBreak == null, firstBreak);
  }

  private static void collect(
      Partition partition, Outcomes outcomes, List<Place> missing, List<Place> repeated) {
    long first = outcomes.trained.firstKey();
    if (!outcomes.rejected.isEmpty()) {
      first = Math.min(first, outcomes.rejected.firstKey());
    }
    for (long offset = first; offset <= outcomes.trained.lastKey(); offset++) {
      int trained = outcomes.trained.getOrDefault(offset, 0);
      int rejected = outcomes.rejected.getOrDefault(offset, 0);
      boolean exists = outcomes.onTopic.isEmpty() || outcomes.onTopic.contains(offset);
      Place place = new Place(partition.topic(), partition.number(), offset);
      if (exists && trained + rejected == 0) {
        missing.add(place);
      }
      // A trained prompt may have several answers that were rejected, so only an untrained one's
      // rejections must be single.
      if (trained > 1 || (trained == 0 && rejected > 1)) {
        repeated.add(place);
      }
    }
  }

  private Outcomes outcomes(Place at) {
    return partitions.computeIfAbsent(Partition.of(at), partition -> new Outcomes());
  }

  private void breakAt(String reason) {
    if (firstBreak == null) {
      firstBreak = reason;
    }
  }
}
