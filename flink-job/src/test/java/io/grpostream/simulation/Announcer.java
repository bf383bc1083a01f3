package io.grpostream.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/** The producer of {@code policy-versions}: at least once, visible as soon as sent, in order. */
final class Announcer implements Task {
  private final World world;
  private final Deque<World.Announcement> unsent = new ArrayDeque<>();

  Announcer(World world) {
    this.world = world;
  }

  void send(World.Announcement announcement) {
    unsent.add(announcement);
  }

  @Override
  public boolean canStep() {
    return !unsent.isEmpty();
  }

  @Override
  public void step() {
    world.announce(unsent.remove());
  }

  /** Before a checkpoint. */
  void flush() {
    while (canStep()) {
      step();
    }
  }

  /** The job dies. */
  void die() {
    world.leaveBehind(unsent);
  }
}
