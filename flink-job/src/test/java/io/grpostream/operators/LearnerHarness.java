package io.grpostream.operators;

import io.grpostream.policy.objective.Advantages;
import io.grpostream.records.Group;
import io.grpostream.records.PolicyRef;
import io.grpostream.records.PolicyVersion;
import io.grpostream.records.TrainingStep;
import io.grpostream.rules.Batches;
import io.grpostream.rules.Minibatches;
import io.grpostream.rules.Retention;
import io.grpostream.rules.Schedule;
import io.grpostream.rules.StalenessGate;
import io.grpostream.store.PolicyStore;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;

/** The learner in Flink's harness, with batches of two groups, and what its tests do to it. */
final class LearnerHarness {
  private static final int B = 2;

  private LearnerHarness() {}

  static KeyedTwoInputStreamOperatorTestHarness<Integer, Group, String, TrainingStep> of(
      int updatesPerBatch,
      Retention retention,
      TrainerFactory trainers,
      PolicyStore store,
      Handover handover)
      throws Exception {
    LearnerSettings settings =
        new LearnerSettings(
            "run",
            1,
            Schedule.LOCKSTEP,
            new StalenessGate(retention.maxStaleness(), B),
            new Batches(B, 1),
            new Minibatches(B, 1, updatesPerBatch),
            Advantages.Scale.GROUP,
            false,
            retention,
            "config");
    LearnerOperator operator = new LearnerOperator(settings, trainers, store, handover);
    return new KeyedTwoInputStreamOperatorTestHarness<>(
        operator, group -> LearnerOperator.KEY, life -> LearnerOperator.KEY, Types.INT, 1, 1, 0);
  }

  static List<PolicyVersion> versions(KeyedTwoInputStreamOperatorTestHarness<?, ?, ?, ?> harness) {
    var records = harness.getSideOutput(LearnerOperator.VERSIONS);
    List<PolicyVersion> versions = new ArrayList<>();
    if (records != null) {
      records.forEach(record -> versions.add(record.getValue()));
    }
    return versions;
  }

  static PolicyRef awaitVersion(
      KeyedTwoInputStreamOperatorTestHarness<?, ?, ?, ?> harness, long number) throws Exception {
    Mailbox.runUntil(
        harness,
        "version " + number,
        () -> versions(harness).stream().anyMatch(v -> v.number() == number));
    return versions(harness).stream()
        .filter(v -> v.number() == number)
        .findFirst()
        .orElseThrow()
        .ref();
  }

  static void feed(
      KeyedTwoInputStreamOperatorTestHarness<Integer, Group, String, TrainingStep> harness,
      PolicyRef policy,
      long... numbers)
      throws Exception {
    for (long n : numbers) {
      harness.processElement1(TestRecords.group(n, policy, (double) n, n + 1.0, 2.0 * n), 0);
    }
  }
}
