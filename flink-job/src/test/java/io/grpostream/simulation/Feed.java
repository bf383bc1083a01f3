package io.grpostream.simulation;

import java.util.function.Consumer;

/** Follows {@code policy-versions} from the first record ever, at its own pace. */
final class Feed implements Task {
  private final World world;
  private final Consumer<World.Announcement> listener;
  private int position;

  Feed(World world, Consumer<World.Announcement> listener) {
    this.world = world;
    this.listener = listener;
  }

  @Override
  public boolean canStep() {
    return position < world.versions().size();
  }

  @Override
  public void step() {
    listener.accept(world.versions().get(position++));
  }
}
