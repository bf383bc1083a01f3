package io.grpostream.operators;

import io.grpostream.kafka.TopicLog;
import io.grpostream.policy.StopSignal;
import io.grpostream.policy.StoppedException;
import io.grpostream.rules.Outbox;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.function.SerializableFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before a transactional sink and keeps every record until it has seen it in the topic; what
 * the broker took back it sends again. So a job may be down for longer than a transaction lives.
 *
 * <p>It looks at the topic after each completed checkpoint, which is what commits, and after a
 * restore, on a thread of its own. State, under one key: the records kept, where to look from, and
 * what the topic holds ahead of this life.
 */
public final class Keeper<T> extends AbstractStreamOperator<T>
    implements OneInputStreamOperator<T, T> {
  /** The one key of its input and state. */
  public static final Integer KEY = 0;

  private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

  private final String topic;
  private final TypeInformation<T> type;
  private final SerializableFunction<T, String> identity;
  private final TopicLog.Factory<T> logs;

  private transient MapState<Long, T> records;
  private transient MapState<String, Boolean> ahead;
  private transient ValueState<Long> position;
  private transient Outbox outbox;
  private transient long nextNumber;
  private transient boolean restored;
  private transient long completed;
  private transient TopicLog<T> log;
  private transient Worker worker;
  private transient Counter writtenAgain;

  /** Changed by the task thread, read by the metrics' thread too. */
  private transient volatile int kept;

  /**
   * Makes one.
   *
   * @param topic what the topic is, in messages
   * @param identity which records are the same one
   * @param logs reads the topic
   */
  public Keeper(
      String topic,
      TypeInformation<T> type,
      SerializableFunction<T, String> identity,
      TopicLog.Factory<T> logs) {
    this.topic = topic;
    this.type = type;
    this.identity = identity;
    this.logs = logs;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    var states = context.getKeyedStateStore();
    records = states.getMapState(new MapStateDescriptor<>("records", Types.LONG, type));
    ahead = states.getMapState(new MapStateDescriptor<>("ahead", Types.STRING, Types.BOOLEAN));
    position = states.getState(new ValueStateDescriptor<>("position", Types.LONG));
    setCurrentKey(KEY);
    restored = context.isRestored();
    outbox = restored ? restoredOutbox() : Outbox.starting();
    kept = outbox.size();
  }

  private Outbox restoredOutbox() throws Exception {
    Map<Long, String> identities = new HashMap<>();
    for (Map.Entry<Long, T> each : records.entries()) {
      identities.put(each.getKey(), identity.apply(each.getValue()));
      nextNumber = Math.max(nextNumber, each.getKey() + 1);
    }
    Set<String> known = new HashSet<>();
    ahead.keys().forEach(known::add);
    return Outbox.restored(identities, known);
  }

  @Override
  public void open() throws Exception {
    super.open();
    getMetricGroup().gauge("keptRecords", this::kept);
    writtenAgain = getMetricGroup().counter("recordsWrittenAgain");
    worker = Worker.of(this, "keep " + topic);
    log = worker.owns(logs.open());
    if (restored) {
      long from = from();
      // Flink counts checkpoints from 1: nothing of this life is due yet.
      worker.run(stop -> lookAtAll(from, stop), look -> settle(0, look));
    }
  }

  private long from() throws Exception {
    Long from = position.value();
    return from == null ? 0 : from;
  }

  @Override
  public void processElement(StreamRecord<T> element) throws Exception {
    T record = element.getValue();
    String id = identity.apply(record);
    switch (outbox.add(nextNumber, id)) {
      case LEAVES -> {
        records.put(nextNumber, record);
        output.collect(element);
      }
      case WAITS -> records.put(nextNumber, record);
      case IS_THERE -> ahead.remove(id);
    }
    nextNumber++;
    kept = outbox.size();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    outbox.barrier(context.getCheckpointId());
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    completed = Math.max(completed, checkpointId);
    lookForDue();
  }

  /**
   * Looks for what the last completed checkpoint should have committed, unless it looks already.
   */
  private void lookForDue() throws Exception {
    if (worker.busy()) {
      return;
    }
    long checkpoint = completed;
    Set<String> due = outbox.due(checkpoint);
    if (!due.isEmpty()) {
      long from = from();
      worker.run(stop -> lookFor(due, from, stop), look -> settle(checkpoint, look));
    }
  }

  /** What was seen in the topic, and where to go on from. */
  private record Look(List<String> seen, long next) {}

  /** How many records are kept. */
  int kept() {
    return kept;
  }

  /** On the worker's thread. */
  private Look lookFor(Set<String> due, long from, StopSignal stop) throws StoppedException {
    List<String> seen = new ArrayList<>();
    long next =
        log.read(
            from,
            record -> {
              String id = identity.apply(record);
              seen.add(id);
              due.remove(id);
              return !due.isEmpty();
            },
            stop);
    return new Look(seen, next);
  }

  /** On the worker's thread. */
  private Look lookAtAll(long from, StopSignal stop) throws StoppedException {
    List<String> seen = new ArrayList<>();
    long next = log.read(from, record -> seen.add(identity.apply(record)), stop);
    return new Look(seen, next);
  }

  private void settle(long checkpoint, Look look) throws Exception {
    Outbox.Settled settled = outbox.settle(checkpoint, look.seen());
    position.update(look.next());
    for (long number : settled.there()) {
      records.remove(number);
    }
    if (restored) {
      restored = false;
      for (String id : outbox.ahead()) {
        ahead.put(id, true);
      }
    }
    if (settled.again() > 0) {
      LOG.warn(
          "{} records for {} were not committed in time and are written again",
          settled.again(),
          topic);
      writtenAgain.inc(settled.again());
    }
    for (long number : settled.leave()) {
      output.collect(new StreamRecord<>(records.get(number)));
    }
    kept = outbox.size();
    lookForDue();
  }

  @Override
  public void close() throws Exception {
    if (worker != null) {
      worker.close();
    }
    super.close();
  }
}
