package io.grpostream.operators;

import io.grpostream.policy.UserErrorException;
import io.grpostream.policy.checkpoint.PolicyHash;
import io.grpostream.policy.checkpoint.TensorSource;
import io.grpostream.policy.engine.BusyCores;
import io.grpostream.policy.training.Trainer;
import io.grpostream.records.PolicyVersion;
import io.grpostream.rules.RestorableVersions;
import io.grpostream.store.PolicyStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the trainer's weights into policy versions, and keeps the store to those that a restore may
 * ask for. Its work is the worker's, since a store may answer slowly.
 */
final class VersionPublisher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(VersionPublisher.class);

  private final LearnerSettings settings;
  private final PolicyStore store;
  private final Trainer trainer;
  private final Handover handover;

  private final RestorableVersions restorable;

  private volatile Handover.@Nullable Offer newest;

  VersionPublisher(
      LearnerSettings settings,
      PolicyStore store,
      Trainer trainer,
      Handover handover,
      RestorableVersions restorable) {
    this.settings = settings;
    this.store = store;
    this.trainer = trainer;
    this.handover = handover;
    this.restorable = restorable;
  }

  /**
   * Makes a version of the weights as they are. Samplers of this process may sample with them while
   * they are hashed and written, and give their completions out once the version has its name; when
   * this returns, the object in the store is complete, and whoever reads there may hear of it.
   *
   * @param lineage whose version it is; empty if that is not known yet, and then nobody hears of it
   */
  PolicyVersion publish(String lineage, long number, String parentSha256) throws IOException {
    try (TensorSource weights = trainer.weights();
        BusyCores.Taken core = BusyCores.take()) {
      long frontier = settings.batches().first(number);
      Handover.Offer offer = handover.offer(lineage, number, frontier, trainer.offer());
      newest = offer;
      String sha256 = PolicyHash.sha256(weights);
      String uri = store.uri(number, sha256);
      PolicyVersion version =
          new PolicyVersion(settings.run(), lineage, number, sha256, parentSha256, uri, frontier);
      if (!lineage.isEmpty()) {
        handover.announce(offer, version);
      }
      store.write(number, sha256, weights);
      deleteOldVersions(number);
      return version;
    }
  }

  /** Withdraws what was offered last; call before the trainer closes. */
  @Override
  public void close() {
    Handover.Offer offer = newest;
    if (offer != null) {
      handover.withdraw(offer);
    }
  }

  /**
   * After a restore: looks at each version that samplers may read. What is missing or damaged is
   * written again if the weights are still that version's.
   *
   * @param demanded the versions that samplers need
   * @return the versions to announce, oldest first, as they are in this store; what is damaged and
   *     not needed is left out
   * @throws SuppressRestartsException if one that is needed can be neither read nor written again;
   *     another restart would find the same
   * @throws IOException if the store does not answer
   */
  List<PolicyVersion> putBack(LearnerProgress progress, Set<Long> demanded) throws IOException {
    List<PolicyVersion> announced = new ArrayList<>();
    for (PolicyVersion version : progress.versions()) {
      boolean read = version.number() >= progress.nextBatch() - settings.rule().maxStaleness();
      if (!read || isThere(version, progress, demanded)) {
        announced.add(version.at(store.uri(version.number(), version.sha256())));
      }
    }
    return announced;
  }

  private boolean isThere(PolicyVersion version, LearnerProgress progress, Set<Long> demanded)
      throws IOException {
    Optional<String> problem = store.problem(version.number(), version.sha256());
    if (problem.isEmpty()) {
      return true;
    }
    if (progress.applied().isEmpty() && version.equals(progress.newestVersion())) {
      LOG.warn("{}; it is written again", problem.get());
      try (TensorSource weights = trainer.weights()) {
        store.write(version.number(), version.sha256(), weights);
      }
      return true;
    }
    if (demanded.contains(version.number())) {
      throw new SuppressRestartsException(
          new UserErrorException(
              ("policy version %d is needed and cannot be had: %s, and the restored weights are another"
                      + " version's; put the file back, or resume from an older checkpoint or savepoint")
                  .formatted(version.number(), problem.get())));
    }
    LOG.warn("{}; nothing more is sampled with it", problem.get());
    return false;
  }

  /** What it fails to delete it keeps. */
  private void deleteOldVersions(long newest) {
    Collection<Long> checkpointed = restorable.versions();
    try {
      store.retain(number -> settings.retention().keeps(number, newest, checkpointed));
    } catch (IOException e) {
      LOG.warn("could not delete versions older than {} from {}", newest, store.folder(), e);
    }
  }
}
