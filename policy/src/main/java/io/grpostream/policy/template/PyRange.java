package io.grpostream.policy.template;

import java.util.ArrayList;
import java.util.List;

/** Python's range: prints as its bounds, behaves as the sequence of its members. */
record PyRange(long start, long stop, long step, List<Object> items) {
  static PyRange of(long start, long stop, long step, Budget budget) {
    if (step == 0) {
      throw new Fault("range() arg 3 must not be zero");
    }
    // In doubles, since the exact difference of two 64-bit numbers may not fit 64 bits.
    double count = Math.ceil(((double) stop - (double) start) / step);
    if (count > Budget.MAX_RANGE) {
      throw new Fault("a range of more than " + Budget.MAX_RANGE + " members is refused");
    }
    int size = (int) Math.max(0, count);
    budget.elements(size);
    List<Object> items = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      items.add(start + i * step);
    }
    return new PyRange(start, stop, step, items);
  }
}
