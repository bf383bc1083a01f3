package io.grpostream.kafka;

import io.grpostream.policy.UserErrorException;
import java.io.Serializable;
import java.util.List;
import java.util.regex.Pattern;

/** Names of a pipeline's topics, with an optional prefix that keeps pipelines apart. */
public record Topics(String prefix) implements Serializable {
  private static final Pattern LEGAL = Pattern.compile("[a-zA-Z0-9._-]{0,200}");

  public Topics {
    if (!LEGAL.matcher(prefix).matches()) {
      throw new UserErrorException(
          "kafka.topic-prefix is \""
              + prefix
              + "\"; Kafka takes letters, digits, '.', '_' and '-', here at most 200; choose another");
    }
  }

  /** All of them. */
  public List<String> all() {
    return List.of(
        prompts(), completions(), rollouts(), trainingSteps(), policyVersions(), rejected());
  }

  /** What to learn from, in. */
  public String prompts() {
    return prefix + "prompts";
  }

  /** Sampled answers as soon as there are any, out. */
  public String completions() {
    return prefix + "completions";
  }

  /** Scored groups, out. */
  public String rollouts() {
    return prefix + "rollouts";
  }

  /** The ledger, out. */
  public String trainingSteps() {
    return prefix + "training-steps";
  }

  /** Announced policy versions, out, and back to gate and samplers. */
  public String policyVersions() {
    return prefix + "policy-versions";
  }

  /** Records that got no prompt number, out. */
  public String rejected() {
    return prefix + "rejected";
  }
}
