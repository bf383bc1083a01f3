package io.grpostream.cluster;

import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.highavailability.ClientHighAvailabilityServices;
import org.apache.flink.runtime.highavailability.HighAvailabilityServicesUtils;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalListener;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalService;
import org.jspecify.annotations.Nullable;

/**
 * Which of a cluster's JobManagers leads, as ZooKeeper says.
 *
 * @param folder the cluster's
 * @param settings the cluster's
 */
record Leader(ClusterFolder folder, ClusterSettings settings) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Its index among the cluster's JobManagers. */
  int index() throws InterruptedException {
    int port = URI.create(address()).getPort();
    for (int i = 0; i < settings.jobManagers().size(); i++) {
      if (settings.jobManagers().get(i).rest() == port) {
        return i;
      }
    }
    throw new IllegalStateException("the leader's port " + port + " is none of " + settings);
  }

  private String address() throws InterruptedException {
    Configuration flink = GlobalConfiguration.loadConfiguration(folder.configFolder().toString());
    CompletableFuture<String> address = new CompletableFuture<>();
    try (ClientHighAvailabilityServices services =
        HighAvailabilityServicesUtils.createClientHAService(
            flink, address::completeExceptionally)) {
      LeaderRetrievalService retrieval = services.getClusterRestEndpointLeaderRetriever();
      retrieval.start(new FirstAddress(address));
      try {
        return address.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      } finally {
        retrieval.stop();
      }
    } catch (InterruptedException e) {
      throw e;
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("no JobManager leads the cluster in " + folder.path(), e);
    } catch (Exception e) {
      throw new IllegalStateException("ZooKeeper of " + folder.path() + " cannot be asked", e);
    }
  }

  /** Takes the first address that is one; without a leader there is none. */
  private record FirstAddress(CompletableFuture<String> address)
      implements LeaderRetrievalListener {
    @Override
    public void notifyLeaderAddress(@Nullable String leader, @Nullable UUID session) {
      if (leader != null) {
        address.complete(leader);
      }
    }

    @Override
    public void handleError(Exception cause) {
      address.completeExceptionally(cause);
    }
  }
}
