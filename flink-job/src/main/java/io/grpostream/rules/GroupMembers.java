package io.grpostream.rules;

import java.io.Serializable;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToIntFunction;

/**
 * When a group is complete: all G completions of its prompt are in. They count by index, so that
 * one that comes twice does not stand in for one that is missing.
 *
 * @param groupSize G
 */
public record GroupMembers(int groupSize) implements Serializable {
  public GroupMembers {
    if (groupSize < 1) {
      throw new IllegalArgumentException("group size is " + groupSize + "; it must be at least 1");
    }
  }

  /**
   * Whether these indices are all there are.
   *
   * @throws IllegalStateException if one is not of 0 to G − 1
   */
  public boolean isComplete(Iterable<Integer> indices) {
    TreeSet<Integer> seen = new TreeSet<>();
    for (int index : indices) {
      if (index < 0 || index >= groupSize) {
        throw new IllegalStateException(
            "completion " + index + " came for a group of " + groupSize + " completions");
      }
      seen.add(index);
    }
    return seen.size() == groupSize;
  }

  /**
   * A complete group's completions in order of index; of several with the same index, the first.
   *
   * @throws IllegalStateException if the group is not complete
   */
  public <C> List<C> inOrder(Iterable<C> members, ToIntFunction<C> indexOf) {
    TreeMap<Integer, C> byIndex = new TreeMap<>();
    for (C member : members) {
      byIndex.putIfAbsent(indexOf.applyAsInt(member), member);
    }
    if (!isComplete(byIndex.keySet())) {
      throw new IllegalStateException(
          "only completions " + byIndex.keySet() + " of a group of " + groupSize + " are here");
    }
    return List.copyOf(byIndex.values());
  }
}
