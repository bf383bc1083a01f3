package io.grpostream.operators;

import io.grpostream.rules.Gate;
import io.grpostream.rules.StalenessGate;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The prompts' source behind the staleness gate: records are taken while the gate is open, and stay
 * where they are (in Kafka, as lag) while it is shut. Decode and sequencer must be chained behind
 * it, because the reader and the sequencer share the gate of their task.
 *
 * @param <T> records
 * @param <S> splits of the source inside
 * @param <E> checkpoint of that source's enumerator
 */
public final class GatedSource<T, S extends SourceSplit, E>
    implements Source<T, S, E>, ResultTypeQueryable<T> {
  private final Source<T, S, E> source;
  private final TypeInformation<T> type;
  private final StalenessGate rule;
  private final long end;
  private final PolicyVersionFeed feed;
  private final @Nullable Handover offers;

  /**
   * Puts a gate before a source.
   *
   * @param end numbers never reach this, whatever is announced; Long.MAX_VALUE for a run without
   *     end
   * @param offers opens the gate as soon as this process's learner offers weights; null if it is to
   *     wait until they are announced: live prompts sample with the newest version announced, and
   *     would often come too early for that
   */
  public GatedSource(
      Source<T, S, E> source,
      TypeInformation<T> type,
      StalenessGate rule,
      long end,
      PolicyVersionFeed feed,
      @Nullable Handover offers) {
    this.source = source;
    this.type = type;
    this.rule = rule;
    this.end = end;
    this.feed = feed;
    this.offers = offers;
  }

  @Override
  public SourceReader<T, S> createReader(SourceReaderContext context) throws Exception {
    Gate gate = new Gate(rule, end);
    TaskGate.put(gate);
    return new GatedReader<>(source.createReader(context), gate, feed, offers);
  }

  @Override
  public Boundedness getBoundedness() {
    return source.getBoundedness();
  }

  @Override
  public SplitEnumerator<S, E> createEnumerator(SplitEnumeratorContext<S> context)
      throws Exception {
    return source.createEnumerator(context);
  }

  @Override
  public SplitEnumerator<S, E> restoreEnumerator(SplitEnumeratorContext<S> context, E checkpoint)
      throws Exception {
    return source.restoreEnumerator(context, checkpoint);
  }

  @Override
  public SimpleVersionedSerializer<S> getSplitSerializer() {
    return source.getSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<E> getEnumeratorCheckpointSerializer() {
    return source.getEnumeratorCheckpointSerializer();
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return type;
  }
}
