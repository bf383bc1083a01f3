package io.grpostream.cluster;

import io.grpostream.cluster.ClusterFolder.Submitted;
import io.grpostream.policy.UserErrorException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.jspecify.annotations.Nullable;

/** Which jobs belong to a run, and what it can be resumed from. */
public record SubmittedRuns(ClusterFolder cluster) {
  private static final String METADATA = "_metadata";

  /** The beginning of a job's id, which its savepoints bear in their names. */
  private static final int SAVEPOINT_ID = 6;

  /**
   * The newest job of a run.
   *
   * @param run absent: of the run submitted last
   * @throws UserErrorException if there is none
   */
  public Submitted newest(@Nullable String run) throws IOException {
    return cluster.submitted().stream()
        .filter(job -> run == null || job.run().equals(run))
        .reduce((older, newer) -> newer)
        .orElseThrow(
            () ->
                new UserErrorException(
                    run == null
                        ? "nothing was submitted to the cluster in "
                            + cluster.path()
                            + "; ./grpo submit does"
                        : "run "
                            + run
                            + " was not submitted to the cluster in "
                            + cluster.path()
                            + "; see its submitted.jsonl"));
  }

  /**
   * The address of a run's newest complete checkpoint or savepoint, of whichever of its jobs.
   *
   * @throws UserErrorException if there is none
   */
  public String latest(String run) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    for (Submitted job : cluster.submitted()) {
      if (job.run().equals(run)) {
        add(found, new org.apache.flink.core.fs.Path(job.checkpoints(), job.job()));
        for (Path savepoint : savepoints(job.job())) {
          add(found, new org.apache.flink.core.fs.Path(savepoint.toUri()));
        }
      }
    }
    Optional<FileStatus> newest =
        found.stream().max(Comparator.comparingLong(FileStatus::getModificationTime));
    return newest
        .map(status -> status.getPath().getParent().toString())
        .orElseThrow(
            () ->
                new UserErrorException(
                    "run " + run + " has no checkpoint yet; submit it again under another name"));
  }

  /** Metadata files in a folder and in the folders in it; each marks something complete. */
  private static void add(List<FileStatus> found, org.apache.flink.core.fs.Path folder)
      throws IOException {
    FileSystem files = folder.getFileSystem();
    if (!files.exists(folder)) {
      return;
    }
    for (FileStatus entry : files.listStatus(folder)) {
      if (entry.getPath().getName().equals(METADATA)) {
        found.add(entry);
      } else if (entry.isDir() && files.exists(metadata(entry))) {
        found.add(files.getFileStatus(metadata(entry)));
      }
    }
  }

  private static org.apache.flink.core.fs.Path metadata(FileStatus folder) {
    return new org.apache.flink.core.fs.Path(folder.getPath(), METADATA);
  }

  private List<Path> savepoints(String job) throws IOException {
    if (!Files.isDirectory(cluster.savepointFolder())) {
      return List.of();
    }
    String prefix = "savepoint-" + job.substring(0, SAVEPOINT_ID) + "-";
    try (Stream<Path> folders = Files.list(cluster.savepointFolder())) {
      return folders.filter(each -> each.getFileName().toString().startsWith(prefix)).toList();
    }
  }
}
