/**
 * Chat templates: a small interpreter of the Jinja2 language with Python's semantics, enough to
 * render the templates that checkpoints carry exactly as transformers does. A package by itself: it
 * knows nothing of models or tokenizers.
 *
 * <p>The way of a template: {@code Lexer} cuts the source into tokens, {@code StatementParser} and
 * {@code ExpressionParser} build nodes ({@code Statement}, {@code Expr}), and a {@code Render} runs
 * them once, within a {@code Budget}, over Python-like values ({@code Values}).
 */
@NullMarked
package io.grpostream.policy.template;

import org.jspecify.annotations.NullMarked;
