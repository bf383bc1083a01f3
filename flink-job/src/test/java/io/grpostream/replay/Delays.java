package io.grpostream.replay;

import java.io.Serializable;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.api.dag.Transformation;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.operators.TwoInputStreamOperatorFactory;
import org.apache.flink.streaming.api.transformations.OneInputTransformation;
import org.apache.flink.streaming.api.transformations.TwoInputTransformation;

/**
 * Delays in every operator of a job, put around the operators after the pipeline has been built.
 *
 * @param seed what the delays are drawn from
 * @param share of the records that are held up, by 0 to 200 ms each
 */
record Delays(long seed, double share) implements Serializable {
  private static final int LONGEST_MILLIS = 200;
  private static final AtomicLong RECORDS = new AtomicLong();

  /** Puts delays around every operator that takes records; how many those are. */
  int putInto(StreamExecutionEnvironment env) throws ReflectiveOperationException {
    Set<Transformation<?>> all = new LinkedHashSet<>();
    for (Transformation<?> last : env.getTransformations()) {
      all.addAll(last.getTransitivePredecessors());
    }
    int delayed = 0;
    for (Transformation<?> each : all) {
      if (each instanceof OneInputTransformation<?, ?> one) {
        Field field = OneInputTransformation.class.getDeclaredField("operatorFactory");
        field.setAccessible(true);
        field.set(one, new OneInput<>(one.getOperatorFactory(), this));
        delayed++;
      } else if (each instanceof TwoInputTransformation<?, ?, ?> two) {
        Field field = TwoInputTransformation.class.getDeclaredField("operatorFactory");
        field.setAccessible(true);
        field.set(two, new TwoInputs<>(two.getOperatorFactory(), this));
        delayed++;
      }
    }
    return delayed;
  }

  private void holdUp() throws InterruptedException {
    SplittableRandom random = new SplittableRandom(seed + RECORDS.incrementAndGet());
    if (random.nextDouble() < share) {
      Thread.sleep(random.nextInt(LONGEST_MILLIS + 1));
    }
  }

  /** The operator, held up before each record. */
  private StreamOperator<?> around(StreamOperator<?> operator) {
    Set<Class<?>> interfaces = new LinkedHashSet<>();
    for (Class<?> type = operator.getClass(); type != null; type = type.getSuperclass()) {
      interfaces.addAll(Set.of(type.getInterfaces()));
    }
    return (StreamOperator<?>)
        Proxy.newProxyInstance(
            Delays.class.getClassLoader(),
            interfaces.toArray(Class<?>[]::new),
            (self, method, arguments) -> {
              if (method.getName().startsWith("processElement")) {
                holdUp();
              }
              try {
                return method.invoke(operator, arguments);
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            });
  }

  private abstract static class Delayed<OUT> extends AbstractStreamOperatorFactory<OUT> {
    private final StreamOperatorFactory<OUT> inner;
    private final Delays delays;

    Delayed(StreamOperatorFactory<OUT> inner, Delays delays) {
      this.inner = inner;
      this.delays = delays;
      setChainingStrategy(inner.getChainingStrategy());
    }

    @Override
    // A proxy has the type of what it stands for; the signature is Flink's.
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    public <T extends StreamOperator<OUT>> T createStreamOperator(
        StreamOperatorParameters<OUT> parameters) {
      if (inner instanceof AbstractStreamOperatorFactory<OUT> aware) {
        aware.setProcessingTimeService(processingTimeService);
      }
      return (T) delays.around(inner.createStreamOperator(parameters));
    }

    @Override
    @SuppressWarnings("rawtypes") // As Flink declares it.
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
      return inner.getStreamOperatorClass(classLoader);
    }
  }

  private static final class OneInput<IN, OUT> extends Delayed<OUT>
      implements OneInputStreamOperatorFactory<IN, OUT> {
    OneInput(StreamOperatorFactory<OUT> inner, Delays delays) {
      super(inner, delays);
    }
  }

  private static final class TwoInputs<IN1, IN2, OUT> extends Delayed<OUT>
      implements TwoInputStreamOperatorFactory<IN1, IN2, OUT> {
    TwoInputs(StreamOperatorFactory<OUT> inner, Delays delays) {
      super(inner, delays);
    }
  }
}
