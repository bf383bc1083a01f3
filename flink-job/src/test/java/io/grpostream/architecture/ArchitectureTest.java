package io.grpostream.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The arrows between the parts: command line → configuration → pipeline → operators → policy. A
 * rule that breaks here is a decision to take, not a line to add.
 */
@AnalyzeClasses(packages = "io.grpostream", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String ROOT = "io.grpostream.";

  @ArchTest
  static final ArchRule partsHaveNoCycles =
      slices().matching("io.grpostream.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule policyHasNoCycles =
      slices().matching("io.grpostream.policy.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule policyKnowsNothingAboveIt =
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
              ROOT + "rules..");

  @ArchTest
  static final ArchRule pureRulesHaveNoFramework =
      classes()
          .that()
          .resideInAnyPackage(ROOT + "rules..", ROOT + "policy.objective..", ROOT + "rewards..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "org.jspecify..", ROOT + "rules..", ROOT + "rewards..", ROOT + "policy..");

  @ArchTest
  static final ArchRule recordsAreBetweenOperatorsOnly =
      classes()
          .that()
          .resideInAPackage(ROOT + "records..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java..", "org.jspecify..", ROOT + "records..", ROOT + "policy.sampling..");

  @ArchTest
  static final ArchRule onlyTheKafkaEdgeKnowsAvro =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "kafka..", ROOT + "avro..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "avro..", "org.apache.avro..");

  @ArchTest
  static final ArchRule onlyTheKafkaEdgeKnowsKafka =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "kafka..", ROOT + "local..", ROOT + "job..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.kafka..");

  @ArchTest
  static final ArchRule operatorsAreToldTheirSettings =
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
          .resideInAnyPackage(ROOT + "config..", ROOT + "cli..", ROOT + "local..", ROOT + "job..");

  @ArchTest
  static final ArchRule nothingKnowsTheCommandLine =
      noClasses()
          .that()
          .resideOutsideOfPackage(ROOT + "cli..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROOT + "cli..", "picocli..");

  @ArchTest
  static final ArchRule onlyThePolicyKnowsTheEngine =
      noClasses()
          .that()
          .resideOutsideOfPackages(ROOT + "policy..", "ai.djl..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");
}
