package io.grpostream.chaos;

/** Which process is killed. */
enum Victim {
  LEARNER("learner"),
  ROLLOUT("rollout"),
  JOB_MANAGER("jobmanager"),
  BROKER("broker");

  private final String text;

  Victim(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }
}
