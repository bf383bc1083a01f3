package io.grpostream.policy.tokenizer;

/**
 * One turn of a chat.
 *
 * @param role who speaks, such as {@code system}, {@code user} or {@code assistant}; which roles
 *     are allowed is the chat template's matter
 * @param content what was said
 */
public record ChatMessage(String role, String content) {}
