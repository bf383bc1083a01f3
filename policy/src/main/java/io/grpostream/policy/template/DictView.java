package io.grpostream.policy.template;

import java.util.List;

/**
 * What {@code dict.keys()}, {@code values()} and {@code items()} give: sized, but not indexable.
 */
record DictView(String typeName, List<Object> items) {}
