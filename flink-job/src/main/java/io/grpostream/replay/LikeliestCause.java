package io.grpostream.replay;

import io.grpostream.manifest.Manifest;
import io.grpostream.manifest.ManifestDiff;
import java.util.List;
import java.util.Optional;

/** Why a replay came out differently, as far as manifests and the place of the difference tell. */
final class LikeliestCause {
  private LikeliestCause() {}

  /**
   * In words.
   *
   * @param recorded the run's manifest; empty if it left none
   * @param here of this replay
   */
  static String of(Optional<Manifest> recorded, Manifest here, Relearning.Mismatch mismatch) {
    List<ManifestDiff.Difference> differences =
        recorded.map(manifest -> ManifestDiff.between(manifest, here)).orElse(List.of());
    if (!differences.isEmpty()) {
      int more = differences.size() - 1;
      return differences.get(0) + (more == 0 ? "" : "; %d more differences".formatted(more));
    }
    Optional<String> resumption = recorded.flatMap(LikeliestCause::byResumption);
    if (resumption.isPresent()) {
      return resumption.get();
    }
    String place = byPlace(mismatch);
    return recorded.isPresent()
        ? place + "; the manifests say the same"
        : place + "; the run left no manifest to compare with";
  }

  /** A replay goes by the manifest's last state; a run that was resumed may have had others. */
  private static Optional<String> byResumption(Manifest recorded) {
    return recorded.resumed().stream()
        .filter(each -> !each.changed().isEmpty())
        .findFirst()
        .map(
            each -> {
              ManifestDiff.Difference first = each.changed().get(0);
              return "the run was resumed from %s with another %s: %s before, %s after"
                  .formatted(each.from(), first.what(), first.recorded(), first.here());
            });
  }

  private static String byPlace(Relearning.Mismatch mismatch) {
    if (mismatch.first().field().equals("parentSha256") && mismatch.first().step() == 0) {
      return "another base checkpoint";
    }
    return mismatch.sameGroups()
        ? "the same groups and rewards were trained otherwise: a changed record, or kernels that"
            + " compute otherwise"
        : "other answers or rewards: a reward function that is not a pure function of its input, a"
            + " changed record, or kernels that compute otherwise";
  }
}
