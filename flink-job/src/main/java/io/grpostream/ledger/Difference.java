package io.grpostream.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.grpostream.records.TrainingStep.Determined;
import io.grpostream.report.RunJson;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The first thing in which two steps differ that their inputs should have decided alike.
 *
 * @param step the step's number
 * @param field where, as in the record's JSON: {@code groups[3].rewards[0]}
 * @param a its value in one, as JSON
 * @param b its value in the other, as JSON; {@code null} stands for a value that is not there
 */
public record Difference(long step, String field, JsonNode a, JsonNode b) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The field that stands for the whole step where one ledger ends before the other. */
  public static final String WHOLE_STEP = "determined";

  /** Compares the same step of two ledgers, the hash of what it made first. */
  public static Optional<Difference> between(Determined a, Determined b) {
    JsonNode left = tree(a);
    JsonNode right = tree(b);
    Optional<Difference> hash =
        first(a.step(), "sha256", left.path("sha256"), right.path("sha256"));
    return hash.isPresent() ? hash : first(a.step(), "", left, right);
  }

  /** A step that only the first of two ledgers has. */
  public static Difference onlyInFirst(Determined a) {
    return new Difference(a.step(), WHOLE_STEP, tree(a), JsonNodeFactory.instance.nullNode());
  }

  /** A step that only the second of two ledgers has. */
  public static Difference onlyInSecond(Determined b) {
    return new Difference(b.step(), WHOLE_STEP, JsonNodeFactory.instance.nullNode(), tree(b));
  }

  private static JsonNode tree(Determined determined) {
    try {
      return JSON.readTree(RunJson.write(determined));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a step's JSON cannot be read back", e);
    }
  }

  private static Optional<Difference> first(long step, String path, JsonNode a, JsonNode b) {
    if (a.isObject() && b.isObject()) {
      return firstOfObjects(step, path, a, b);
    }
    if (a.isArray() && b.isArray()) {
      for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
        Optional<Difference> found = first(step, path + "[" + i + "]", a.path(i), b.path(i));
        if (found.isPresent()) {
          return found;
        }
      }
      return Optional.empty();
    }
    return a.equals(b)
        ? Optional.empty()
        : Optional.of(new Difference(step, path, orNull(a), orNull(b)));
  }

  private static Optional<Difference> firstOfObjects(
      long step, String path, JsonNode a, JsonNode b) {
    Set<String> names = new LinkedHashSet<>();
    a.fieldNames().forEachRemaining(names::add);
    b.fieldNames().forEachRemaining(names::add);
    for (String name : names) {
      String inner = path.isEmpty() ? name : path + "." + name;
      Optional<Difference> found = first(step, inner, a.path(name), b.path(name));
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static JsonNode orNull(JsonNode node) {
    return node.isMissingNode() ? JsonNodeFactory.instance.nullNode() : node;
  }
}
