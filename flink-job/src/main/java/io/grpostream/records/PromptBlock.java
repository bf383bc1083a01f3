package io.grpostream.records;

import java.util.List;

/**
 * Block b: the K consecutive prompts [bK, (b+1)K), which decode together on one subtask, whichever
 * it is.
 */
public record PromptBlock(long number, List<NumberedPrompt> prompts) {}
