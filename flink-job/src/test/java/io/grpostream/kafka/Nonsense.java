package io.grpostream.kafka;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A record on the topic of prompts that is no prompt. */
public final class Nonsense {
  private Nonsense() {}

  /** Puts one there. */
  public static void produce(KafkaConnection kafka, Topics topics) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            kafka.clientProperties(), new ByteArraySerializer(), new ByteArraySerializer())) {
      var unused =
          producer.send(
              new ProducerRecord<>(topics.prompts(), "no prompt".getBytes(StandardCharsets.UTF_8)));
    }
  }
}
