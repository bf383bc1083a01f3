package io.grpostream.manifest;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What two manifests differ in that can change bits, the likeliest to do so first: base checkpoint,
 * configuration, the libraries that compute, the processor and its settings, threads, other
 * libraries.
 */
public final class ManifestDiff {
  private static final String LIBRARY = "library version of ";
  private static final Set<String> COMPUTING = Set.of("djl", "grpo-stream", "libtorch");

  /**
   * One difference.
   *
   * @param what base checkpoint, configuration, library version, processor, … and which
   * @param recorded its value in the record
   * @param here its value here
   */
  public record Difference(String what, String recorded, String here) {
    @Override
    public String toString() {
      return "%s: %s in the record, %s here".formatted(what, recorded, here);
    }
  }

  private ManifestDiff() {}

  /** All differences, in that order. */
  public static List<Difference> between(Manifest recorded, Manifest here) {
    List<Difference> found = new ArrayList<>();
    add(found, "base checkpoint", recorded.checkpoint().sha256(), here.checkpoint().sha256());
    add(found, "configuration ", recorded.configuration(), here.configuration());
    add(found, LIBRARY, only(recorded.libraries(), true), only(here.libraries(), true));
    Processor theirs = recorded.processor();
    Processor ours = here.processor();
    add(found, "CPU capability", theirs.capability(), ours.capability());
    add(found, "GPUs", theirs.gpus().toString(), ours.gpus().toString());
    add(found, "processor setting ", theirs.settings(), ours.settings());
    add(found, "processor", theirs.model(), ours.model());
    add(
        found,
        "processor's instruction sets",
        theirs.instructionSets().toString(),
        ours.instructionSets().toString());
    add(
        found,
        "thread count of the learner",
        Integer.toString(recorded.threads().learner()),
        Integer.toString(here.threads().learner()));
    add(
        found,
        "thread count of rollout",
        Integer.toString(recorded.threads().rollout()),
        Integer.toString(here.threads().rollout()));
    add(found, LIBRARY, only(recorded.libraries(), false), only(here.libraries(), false));
    return found;
  }

  /** The libraries that compute, or the others. */
  private static Map<String, String> only(Map<String, String> libraries, boolean computing) {
    return libraries.entrySet().stream()
        .filter(each -> COMPUTING.contains(each.getKey()) == computing)
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static void add(
      List<Difference> found, String kind, Map<String, String> recorded, Map<String, String> here) {
    TreeSet<String> names = new TreeSet<>(recorded.keySet());
    names.addAll(here.keySet());
    for (String name : names) {
      add(found, kind + name, value(recorded, name), value(here, name));
    }
  }

  private static String value(Map<String, String> values, String name) {
    return Objects.requireNonNullElse(values.get(name), "absent");
  }

  private static void add(List<Difference> found, String what, String recorded, String here) {
    if (!recorded.equals(here)) {
      found.add(new Difference(what, recorded, here));
    }
  }
}
