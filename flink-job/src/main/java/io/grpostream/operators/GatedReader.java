package io.grpostream.operators;

import io.grpostream.rules.Gate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.util.IOUtils;
import org.jspecify.annotations.Nullable;

/**
 * A source reader that says "nothing available" while the gate is shut. Everything else is the
 * inner reader's, every method of it: one that is not passed on would change how Kafka's reader
 * commits, pauses or aborts.
 */
final class GatedReader<T, S extends SourceSplit> implements SourceReader<T, S> {
  private final SourceReader<T, S> reader;
  private final Gate gate;
  private final PolicyVersionFeed feed;
  private final @Nullable Handover offers;
  private final List<PolicyVersionFeed.Subscription> subscriptions = new ArrayList<>();

  /**
   * Wraps a reader.
   *
   * @param offers opens the gate already when weights are offered; null if it is to wait until they
   *     are a version
   */
  GatedReader(
      SourceReader<T, S> reader, Gate gate, PolicyVersionFeed feed, @Nullable Handover offers) {
    this.reader = reader;
    this.gate = gate;
    this.feed = feed;
    this.offers = offers;
  }

  /** Tells the gate of weights that are about to become a version. */
  private record Early(Gate gate) implements Handover.Listener {
    @Override
    public void offered(Handover.Offer offer) {
      gate.announce(offer.lineage(), offer.frontier());
    }
  }

  @Override
  public void start() {
    reader.start();
    subscriptions.add(
        feed.follow(
            version -> gate.announce(version.lineage(), version.frontier()), gate::breakWith));
    if (offers != null) {
      subscriptions.add(offers.follow(new Early(gate)));
    }
  }

  @Override
  public InputStatus pollNext(ReaderOutput<T> output) throws Exception {
    gate.check();
    return gate.isOpen() ? reader.pollNext(output) : InputStatus.NOTHING_AVAILABLE;
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    return gate.isOpen() ? reader.isAvailable() : gate.whenOpen();
  }

  @Override
  public List<S> snapshotState(long checkpointId) {
    return reader.snapshotState(checkpointId);
  }

  @Override
  public void addSplits(List<S> splits) {
    reader.addSplits(splits);
  }

  @Override
  public void notifyNoMoreSplits() {
    reader.notifyNoMoreSplits();
  }

  @Override
  public void handleSourceEvents(SourceEvent event) {
    reader.handleSourceEvents(event);
  }

  @Override
  public void pauseOrResumeSplits(Collection<String> toPause, Collection<String> toResume) {
    reader.pauseOrResumeSplits(toPause, toResume);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    reader.notifyCheckpointComplete(checkpointId);
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    reader.notifyCheckpointAborted(checkpointId);
  }

  @Override
  public void close() throws Exception {
    IOUtils.closeAll(subscriptions);
    reader.close();
  }
}
