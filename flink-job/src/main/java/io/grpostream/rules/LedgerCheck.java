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
   * @param earlier records of the prompts topic ahead of the first that has an outcome: right if
   *     the run was told to begin after them
   * @param chainOk whether numbers and parents match
   * @param firstBreak why they do not; null if they do
   */
  public record Result(
      long steps,
      long prompts,
      List<Place> missing,
      List<Place> repeated,
      long earlier,
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

  /**
   * Says that so many records at the ledger's beginning are not there any more, so that nothing can
   * be checked from the first step on.
   */
  public void deleted(long records) {
    if (records > 0) {
      breakAt(
          ("the first %d records of the ledger's topic were deleted, so it does not begin at step"
                  + " 0; retention.ms of a ledger must be -1")
              .formatted(records));
    }
  }

  /** Takes the ledger's next record, in the order of steps. */
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
    long earlier = 0;
    for (Map.Entry<Partition, Outcomes> entry : partitions.entrySet()) {
      Outcomes outcomes = entry.getValue();
      prompts += outcomes.trained.values().stream().mapToLong(Integer::longValue).sum();
      if (!outcomes.trained.isEmpty()) {
        earlier += outcomes.onTopic.headSet(first(outcomes)).size();
        collect(entry.getKey(), outcomes, missing, repeated);
      }
    }
    return new Result(steps, prompts, missing, repeated, earlier, firstBreak == null, firstBreak);
  }

  private static void collect(
      Partition partition, Outcomes outcomes, List<Place> missing, List<Place> repeated) {
    for (long offset = first(outcomes); offset <= outcomes.trained.lastKey(); offset++) {
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

  /** Of the offsets with an outcome. */
  private static long first(Outcomes outcomes) {
    long trained = outcomes.trained.firstKey();
    return outcomes.rejected.isEmpty() ? trained : Math.min(trained, outcomes.rejected.firstKey());
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
