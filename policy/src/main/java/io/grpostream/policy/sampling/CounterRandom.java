package io.grpostream.policy.sampling;

/**
 * Random numbers by address instead of by order: the number for token t of completion i of prompt n
 * is a function of (seed, n, i, t) alone, so that no shared generator, thread count or batch layout
 * can change it. The mixing function is SplitMix64's finalizer (Steele, Lea, Flood 2014, "Fast
 * splittable pseudorandom number generators"), applied once per coordinate.
 */
public final class CounterRandom {
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  private CounterRandom() {}

  /** Uniform in [0, 1), with 24 random bits, so that every value is exact in fp32. */
  public static float uniform(long seed, long n, long i, long t) {
    return (bits(seed, n, i, t) >>> 40) * 0x1p-24f;
  }

  /** 64 mixed bits. */
  public static long bits(long seed, long n, long i, long t) {
    long z = mix(seed + GAMMA);
    z = mix(z ^ mix(n + 2 * GAMMA));
    z = mix(z ^ mix(i + 3 * GAMMA));
    return mix(z ^ mix(t + 4 * GAMMA));
  }

  private static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
