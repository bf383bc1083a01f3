package io.grpostream.policy.template;

import java.util.List;

/** Python's tuple; unlike a list it prints in parentheses. */
record PyTuple(List<Object> items) {
  static PyTuple of(Object first, Object second) {
    return new PyTuple(List.of(first, second));
  }
}
