package io.grpostream.operators;

import io.grpostream.records.NumberedPrompt;
import io.grpostream.records.Prompt;
import io.grpostream.records.PromptBlock;
import io.grpostream.records.RolloutInput;
import io.grpostream.rules.Batches;
import io.grpostream.rules.BlockAssembly;
import io.grpostream.rules.Gate;
import java.util.List;
import java.util.UUID;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.OutputTag;

/**
 * Numbers the prompts that decoded and fit, and sends them on in whole blocks. It also starts each
 * life of the job: a new lineage id goes ahead of the first prompt to every rollout subtask, and to
 * the learner by {@link #LINEAGES}.
 *
 * <p>State: the next number and the gate's bound, and the prompts of the block that is not full
 * yet.
 */
public final class Sequencer extends AbstractStreamOperator<RolloutInput>
    implements OneInputStreamOperator<Prompt, RolloutInput> {
  /** The id of each new lineage, for the learner. */
  public static final OutputTag<String> LINEAGES = new OutputTag<>("lineages", Types.STRING);

  private final Batches batches;
  private final int rolloutParallelism;

  private transient Gate gate;
  private transient BlockAssembly<NumberedPrompt> block;
  private transient String lineage;
  private transient ListState<Gate.Snapshot> gateState;
  private transient ListState<NumberedPrompt> blockState;

  public Sequencer(Batches batches, int rolloutParallelism) {
    this.batches = batches;
    this.rolloutParallelism = rolloutParallelism;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    gate = TaskGate.take();
    gateState =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("gate", TypeInformation.of(Gate.Snapshot.class)));
    blockState =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("block", TypeInformation.of(NumberedPrompt.class)));
    for (Gate.Snapshot snapshot : gateState.get()) {
      gate.restore(snapshot);
    }
    block = new BlockAssembly<>(batches, NumberedPrompt::number);
    for (NumberedPrompt prompt : blockState.get()) {
      block.add(prompt);
    }
    lineage = UUID.randomUUID().toString();
    gate.startLineage(lineage);
    getMetricGroup().gauge("promptsNumbered", () -> gate.snapshot().next());
    getMetricGroup().gauge("gateOpen", () -> gate.isOpen() ? 1 : 0);
  }

  @Override
  public void open() throws Exception {
    super.open();
    for (int subtask = 0; subtask < rolloutParallelism; subtask++) {
      output.collect(new StreamRecord<>(new RolloutInput(subtask, lineage, null)));
    }
    output.collect(LINEAGES, new StreamRecord<>(lineage));
  }

  @Override
  public void processElement(StreamRecord<Prompt> element) {
    block.add(new NumberedPrompt(gate.take(), element.getValue())).ifPresent(this::send);
  }

  private void send(List<NumberedPrompt> prompts) {
    long number = batches.blockOf(prompts.get(0).number());
    int subtask = (int) (number % rolloutParallelism);
    output.collect(
        new StreamRecord<>(new RolloutInput(subtask, lineage, new PromptBlock(number, prompts))));
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    gateState.update(List.of(gate.snapshot()));
    blockState.update(block.waiting());
  }
}
