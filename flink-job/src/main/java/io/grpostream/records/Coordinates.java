package io.grpostream.records;

/** Where a record stands in Kafka. */
public record Coordinates(String topic, int partition, long offset) {
  @Override
  public String toString() {
    return topic + "-" + partition + "@" + offset;
  }
}
