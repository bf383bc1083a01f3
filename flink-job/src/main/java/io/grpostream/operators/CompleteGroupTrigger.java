package io.grpostream.operators;

import io.grpostream.records.ScoredCompletion;
import io.grpostream.rules.GroupMembers;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.windowing.triggers.Trigger;
import org.apache.flink.streaming.api.windowing.triggers.TriggerResult;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;

/**
 * Fires and empties a prompt's window when {@link GroupMembers} says that its group is complete.
 */
public final class CompleteGroupTrigger extends Trigger<ScoredCompletion, GlobalWindow> {
  private final GroupMembers members;
  private final MapStateDescriptor<Integer, Boolean> seenDescriptor =
      new MapStateDescriptor<>("seen", Types.INT, Types.BOOLEAN);

  public CompleteGroupTrigger(GroupMembers members) {
    this.members = members;
  }

  @Override
  public TriggerResult onElement(
      ScoredCompletion completion, long timestamp, GlobalWindow window, TriggerContext context)
      throws Exception {
    MapState<Integer, Boolean> seen = context.getPartitionedState(seenDescriptor);
    seen.put(completion.sampled().completion().index(), true);
    if (!members.isComplete(seen.keys())) {
      return TriggerResult.CONTINUE;
    }
    seen.clear();
    return TriggerResult.FIRE_AND_PURGE;
  }

  @Override
  public TriggerResult onProcessingTime(long time, GlobalWindow window, TriggerContext context) {
    return TriggerResult.CONTINUE;
  }

  @Override
  public TriggerResult onEventTime(long time, GlobalWindow window, TriggerContext context) {
    return TriggerResult.CONTINUE;
  }

  @Override
  public void clear(GlobalWindow window, TriggerContext context) throws Exception {
    context.getPartitionedState(seenDescriptor).clear();
  }
}
