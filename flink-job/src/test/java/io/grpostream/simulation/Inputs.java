package io.grpostream.simulation;

import io.grpostream.simulation.Message.Barrier;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The channels into one task. Each keeps its order; between them any order is possible, except that
 * a channel whose barrier has come waits for the other channels' (aligned checkpoints).
 */
final class Inputs {
  private final Scenario scenario;
  private final Random random;
  private final List<ArrayDeque<Message>> channels = new ArrayList<>();
  private final Set<ArrayDeque<Message>> atBarrier =
      Collections.newSetFromMap(new IdentityHashMap<>());
  private OptionalLong aligned = OptionalLong.empty();

  Inputs(Scenario scenario, Random random) {
    this.scenario = scenario;
    this.random = random;
  }

  ArrayDeque<Message> newChannel() {
    ArrayDeque<Message> channel = new ArrayDeque<>();
    channels.add(channel);
    return channel;
  }

  boolean canPoll() {
    return channels.stream().anyMatch(this::canPoll);
  }

  private boolean canPoll(ArrayDeque<Message> channel) {
    boolean waits = !scenario.has(Bug.BARRIERS_DO_NOT_WAIT) && atBarrier.contains(channel);
    return !channel.isEmpty() && !waits;
  }

  /** The next message of any channel; null if it was a barrier. */
  @Nullable Message poll() {
    int from = random.nextInt(channels.size());
    for (int i = 0; i < channels.size(); i++) {
      ArrayDeque<Message> channel = channels.get((from + i) % channels.size());
      if (canPoll(channel)) {
        Message message = channel.remove();
        if (message instanceof Barrier barrier) {
          arrived(channel, barrier);
          return null;
        }
        return message;
      }
    }
    throw new IllegalArgumentException("there is nothing to poll");
  }

  private void arrived(ArrayDeque<Message> channel, Barrier barrier) {
    atBarrier.add(channel);
    if (atBarrier.size() == channels.size()) {
      atBarrier.clear();
      aligned = OptionalLong.of(barrier.checkpoint());
    }
  }

  /** The checkpoint that the last poll completed the barriers of, once. */
  OptionalLong takeAligned() {
    OptionalLong checkpoint = aligned;
    aligned = OptionalLong.empty();
    return checkpoint;
  }
}
