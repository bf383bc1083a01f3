package io.grpostream.policy.engine;

import io.grpostream.policy.checkpoint.ModelConfig;
import io.grpostream.policy.checkpoint.ModelConfig.RopeScaling;
import org.jspecify.annotations.Nullable;

/**
 * Cosines and sines of the rotary position embedding, [positions, head dim], as long as they were
 * needed so far. Each step is computed in double and rounded to fp32 where transformers rounds, so
 * that long positions agree. The sine's first half is negated; see {@code rotate} in policy.py.
 */
final class RopeTable implements AutoCloseable {
  private static final int FIRST_LENGTH = 256;

  private final int headDim;
  private final float[] frequencies;
  private int length;
  private @Nullable NativeTensor cos;
  private @Nullable NativeTensor sin;

  RopeTable(ModelConfig config) {
    this.headDim = config.headDim();
    this.frequencies = frequencies(config);
  }

  /** Makes the tables reach this many positions at least. */
  void reach(int positions) {
    if (positions > length) {
      close();
      length = Math.max(FIRST_LENGTH, Integer.highestOneBit(positions - 1) * 2);
      fill();
    }
  }

  NativeTensor cos() {
    return reached(cos);
  }

  NativeTensor sin() {
    return reached(sin);
  }

  private static NativeTensor reached(@Nullable NativeTensor table) {
    if (table == null) {
      throw new IllegalStateException("no position has been reached");
    }
    return table;
  }

  private void fill() {
    int half = headDim / 2;
    float[] cosines = new float[length * headDim];
    float[] sines = new float[length * headDim];
    for (int position = 0; position < length; position++) {
      for (int j = 0; j < half; j++) {
        float angle = position * frequencies[j];
        int at = position * headDim + j;
        cosines[at] = cosines[at + half] = (float) Math.cos(angle);
        sines[at + half] = (float) Math.sin(angle);
        sines[at] = -sines[at + half];
      }
    }
    cos = NativeTensor.of(cosines, length, headDim);
    sin = NativeTensor.of(sines, length, headDim);
  }

  /** Radians per position of each pair of dimensions: theta^(-2j / head dim), maybe scaled. */
  private static float[] frequencies(ModelConfig config) {
    float[] frequencies = new float[config.headDim() / 2];
    RopeScaling scaling = config.ropeScaling();
    for (int j = 0; j < frequencies.length; j++) {
      float exponent = 2f * j / config.headDim();
      float frequency = 1f / (float) Math.pow(config.ropeTheta(), exponent);
      frequencies[j] = scaling == null ? frequency : scaled(frequency, scaling);
    }
    return frequencies;
  }

  /** Llama 3's scaling: long waves by the factor, short ones not, a ramp between. */
  private static float scaled(float frequency, RopeScaling scaling) {
    float positions = scaling.originalMaxPositions();
    float low = (float) scaling.lowFreqFactor();
    float high = (float) scaling.highFreqFactor();
    float wavelength = (float) (2 * Math.PI) / frequency;
    float stretched = frequency / (float) scaling.factor();
    if (wavelength > positions / low) {
      return stretched;
    }
    if (wavelength < positions / high) {
      return frequency;
    }
    float smooth = (positions / wavelength - low) / (high - low);
    return (1 - smooth) * stretched + smooth * frequency;
  }

  @Override
  public void close() {
    if (cos != null) {
      cos.close();
    }
    if (sin != null) {
      sin.close();
    }
    cos = null;
    sin = null;
    length = 0;
  }
}
