package io.grpostream.policy.template;

/**
 * A string marked as safe by the filter {@code safe} or made by {@code escape}. It prints as its
 * text; operators and methods on it would have to escape HTML in Python, so they are refused.
 */
record Markup(String text) {}
