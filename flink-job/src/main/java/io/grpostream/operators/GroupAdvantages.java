package io.grpostream.operators;

import io.grpostream.policy.objective.Advantages;
import io.grpostream.records.Group;
import io.grpostream.records.ScoredCompletion;
import io.grpostream.rules.GroupMembers;
import java.util.List;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.windows.GlobalWindow;
import org.apache.flink.util.Collector;

/**
 * Turns a complete group's rewards into group-relative advantages; the completions leave in order
 * of their index. Rules that need the whole batch (batch scaling, shuffled rewards) are the
 * learner's, which has it.
 */
public final class GroupAdvantages
    extends ProcessWindowFunction<ScoredCompletion, Group, Long, GlobalWindow> {
  private final GroupMembers members;

  public GroupAdvantages(GroupMembers members) {
    this.members = members;
  }

  @Override
  public void process(
      Long number, Context context, Iterable<ScoredCompletion> scored, Collector<Group> out) {
    out.collect(
        of(members.inOrder(scored, completion -> completion.sampled().completion().index())));
  }

  /** The group of one prompt's scored completions, which are in order of their index. */
  public static Group of(List<ScoredCompletion> completions) {
    Advantages.Result result =
        Advantages.of(completions.stream().mapToDouble(ScoredCompletion::reward).toArray());
    ScoredCompletion first = completions.get(0);
    return new Group(
        first.sampled().prompt(),
        first.sampled().policy(),
        completions,
        result.advantages(),
        result.uninformative());
  }
}
