package io.grpostream.records;

import org.jspecify.annotations.Nullable;

/**
 * What the sequencer sends to rollout: the start of a lineage, addressed to each subtask, or a
 * block for any of them.
 *
 * @param subtask the rollout subtask this is for
 * @param lineage the lineage that sends it
 * @param block the block; absent in the record that only starts the lineage
 */
public record RolloutInput(int subtask, String lineage, @Nullable PromptBlock block) {}
