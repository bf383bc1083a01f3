package io.grpostream.simulation;

import io.grpostream.rules.GroupMembers;
import io.grpostream.simulation.Message.Answer;
import io.grpostream.simulation.Message.Barrier;
import io.grpostream.simulation.Message.Group;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** One subtask of the window that collects a prompt's completions into a group. */
final class WindowTask implements Task {
  private final Scenario scenario;
  private final Job job;
  private final Inputs inputs;
  private final ArrayDeque<Message> toLearner;
  private final GroupMembers members;
  private final Map<String, List<Answer>> open = new TreeMap<>();

  WindowTask(Scenario scenario, Job job, Inputs inputs, ArrayDeque<Message> toLearner) {
    this.scenario = scenario;
    this.job = job;
    this.inputs = inputs;
    this.toLearner = toLearner;
    this.members =
        scenario.has(Bug.WINDOW_FIRES_EARLY)
            ? new GroupMembers(scenario.members().groupSize() - 1)
            : scenario.members();
  }

  void restore(Answer answer) {
    windowOf(answer).add(answer);
  }

  @Override
  public boolean canStep() {
    return inputs.canPoll();
  }

  @Override
  public void step() {
    Message message = inputs.poll();
    inputs.takeAligned().ifPresent(this::snapshot);
    if (message instanceof Answer answer) {
      List<Answer> window = windowOf(answer);
      window.add(answer);
      if (members.isComplete(window.stream().map(Answer::index).toList())) {
        open.values().remove(window);
        toLearner.add(new Group(members.inOrder(window, Answer::index)));
      }
    }
  }

  private List<Answer> windowOf(Answer answer) {
    String key =
        scenario.has(Bug.WINDOW_KEYED_BY_TEXT)
            ? answer.prompt().prompt().text()
            : Long.toString(answer.number());
    return open.computeIfAbsent(key, name -> new ArrayList<>());
  }

  private void snapshot(long checkpoint) {
    job.checkpoint(checkpoint).ofWindow(open.values().stream().flatMap(List::stream).toList());
    toLearner.add(new Barrier(checkpoint));
  }
}
