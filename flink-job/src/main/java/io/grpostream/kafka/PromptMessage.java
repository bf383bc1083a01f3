package io.grpostream.kafka;

/**
 * One turn of a conversation.
 *
 * @param role who speaks: system, user, assistant, or whatever the chat template knows
 * @param content what is said
 */
public record PromptMessage(String role, String content) {}
