package io.grpostream.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.grpostream.policy.UserErrorException;
import io.grpostream.rewards.Rewards;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Loads a configuration from a YAML file. A relative path in it is looked up in the current folder,
 * then in the project's (system property {@value #HOME}), so that the shipped configurations work
 * from anywhere.
 */
public final class ConfigFile {
  /** System property with the folder that holds {@code ./grpo}, {@code conf} and {@code models}. */
  public static final String HOME = "grpo.home";

  private ConfigFile() {}

  /**
   * A training run's configuration.
   *
   * @param overrides {@code dotted.key=value}, put over the file's values in this order
   * @throws UserErrorException with one line for each thing that is wrong
   */
  public static RunConfig load(Path file, List<String> overrides) {
    return load(RunConfig.class, file, overrides, ConfigFile::rewardErrors);
  }

  /**
   * A configuration of another kind, with the same rules.
   *
   * @throws UserErrorException with one line for each thing that is wrong
   */
  public static <R extends Record> R load(Class<R> type, Path file, List<String> overrides) {
    return load(type, file, overrides, tree -> List.of());
  }

  private static <R extends Record> R load(
      Class<R> type,
      Path file,
      List<String> overrides,
      Function<ObjectNode, List<String>> furtherErrors) {
    ObjectNode tree = ConfigTree.read(lookup(file), overrides);
    Binder binder = new Binder(type, ConfigFile::lookup);
    R config = binder.bind(type, tree, "");
    List<String> errors = new ArrayList<>();
    binder.errors().forEach(error -> errors.add(error.toString()));
    errors.addAll(furtherErrors.apply(tree));
    if (config == null || !errors.isEmpty()) {
      throw new UserErrorException(file + ": " + String.join("\n" + file + ": ", errors));
    }
    return config;
  }

  /** What the reward functions themselves say about their names and options. */
  private static List<String> rewardErrors(ObjectNode tree) {
    Binder binder = new Binder(RunConfig.class, ConfigFile::lookup);
    RewardsSection rewards = binder.bind(RewardsSection.class, tree.path("rewards"), "rewards.");
    boolean noList =
        binder.errors().stream().anyMatch(error -> error.key().equals("rewards.functions"));
    if (rewards == null || noList) {
      return List.of();
    }
    try {
      Rewards.of(rewards.specs());
      return List.of();
    } catch (UserErrorException e) {
      return String.valueOf(e.getMessage()).lines().toList();
    }
  }

  /** The configuration as YAML, with every key that has a value. */
  public static String write(Record config) {
    return ConfigTree.write(ConfigWriter.tree(config));
  }

  /** The path that a relative one means: in the current folder, else in the project's. */
  public static Path lookup(Path written) {
    Path here = written.toAbsolutePath().normalize();
    String home = System.getProperty(HOME);
    if (written.isAbsolute() || home == null || Files.exists(here)) {
      return here;
    }
    Path shipped = Path.of(home).resolve(written).toAbsolutePath().normalize();
    return Files.exists(shipped) ? shipped : here;
  }
}
