package io.grpostream.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.grpostream.policy.engine.AdaptedBase;
import io.grpostream.policy.engine.Compute;
import io.grpostream.policy.engine.Precision;
import org.junit.jupiter.api.Test;

/**
 * The arrows between the parts: command line → configuration → pipeline → operators → policy. A
 * rule that breaks here is a decision to take, not a line to add.
 */
final class ArchitectureTest {
  private static final String ROOT = "io.grpostream.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.grpostream");

  @Test
  void partsHaveNoCycles() {
    slices().matching("io.grpostream.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void policyHasNoCycles() {
    slices().matching("io.grpostream.policy.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void policyKnowsNothingAboveIt() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "policy..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.flink..",
            "org.apache.kafka..",
            "org.apache.avro..",
            ROOT + "avro..",
            ROOT + "records..",
            ROOT + "rules..")
        .check(CLASSES);
  }

  @Test
  void pureRulesHaveNoFramework() {
    classes()
        .that()
        .resideInAnyPackage(ROOT + "rules..", ROOT + "policy.objective..", ROOT + "rewards..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "org.jspecify..", ROOT + "rules..", ROOT + "rewards..", ROOT + "policy..")
        .check(CLASSES);
  }

  @Test
  void recordsAreBetweenOperatorsOnly() {
    classes()
        .that()
        .resideInAPackage(ROOT + "records..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "org.jspecify..", ROOT + "records..", ROOT + "policy.sampling..")
        .check(CLASSES);
  }

  @Test
  void onlyTheKafkaEdgeKnowsAvro() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "kafka..", ROOT + "avro..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + "avro..", "org.apache.avro..")
        .check(CLASSES);
  }

  @Test
  void onlyTheKafkaEdgeKnowsKafka() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "kafka..", ROOT + "local..", ROOT + "job..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.apache.kafka..")
        .check(CLASSES);
  }

  @Test
  void operatorsAreToldTheirSettings() {
    noClasses()
        .that()
        .resideInAnyPackage(
            ROOT + "operators..",
            ROOT + "pipeline..",
            ROOT + "store..",
            ROOT + "kafka..",
            ROOT + "rules..",
            ROOT + "rewards..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + "config..", ROOT + "cli..", ROOT + "local..", ROOT + "job..")
        .check(CLASSES);
  }

  @Test
  void nothingKnowsTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + "cli..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(ROOT + "cli..", "picocli..")
        .check(CLASSES);
  }

  /**
   * What is measured is what the pipeline runs: its sampler and its trainer and what those are made
   * with, nothing below them.
   */
  @Test
  void measurementsCallWhatThePipelineCalls() {
    noClasses()
        .that()
        .resideInAPackage(ROOT + "bench..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(ROOT + "policy.engine..", "ai.djl..")
                .and(not(belongToAnyOf(Compute.class, Precision.class, AdaptedBase.class))))
        .check(CLASSES);
  }

  @Test
  void onlyThePolicyKnowsTheEngine() {
    noClasses()
        .that()
        .resideOutsideOfPackages(ROOT + "policy..", "ai.djl..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl..")
        .check(CLASSES);
  }
}
