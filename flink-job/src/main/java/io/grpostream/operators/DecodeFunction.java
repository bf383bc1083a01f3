package io.grpostream.operators;

import io.grpostream.kafka.PromptDecoder;
import io.grpostream.records.Prompt;
import io.grpostream.records.RawRecord;
import io.grpostream.records.Rejection;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Turns raw records into prompts that fit; what does not decode or fit goes to {@link #REJECTED}
 * before it can get a number.
 */
public final class DecodeFunction extends ProcessFunction<RawRecord, Prompt> {
  /** Records turned away, with their reasons. */
  public static final OutputTag<Rejection> REJECTED =
      new OutputTag<>("rejected", TypeInformation.of(Rejection.class));

  private final DecoderFactory decoders;
  private transient PromptDecoder decoder;
  private transient Counter rejected;

  public DecodeFunction(DecoderFactory decoders) {
    this.decoders = decoders;
  }

  @Override
  public void open(OpenContext context) {
    decoder = decoders.create();
    rejected = getRuntimeContext().getMetricGroup().counter("rejectedPrompts");
  }

  @Override
  public void processElement(RawRecord raw, Context context, Collector<Prompt> out) {
    PromptDecoder.Result result = decoder.decode(raw);
    if (result instanceof PromptDecoder.Accepted accepted) {
      out.collect(accepted.prompt());
    } else if (result instanceof PromptDecoder.Refused refused) {
      rejected.inc();
      context.output(REJECTED, refused.rejection());
    }
  }

  @Override
  public void close() {
    if (decoder != null) {
      decoder.close();
    }
  }
}
