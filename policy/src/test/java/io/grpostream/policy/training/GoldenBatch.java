package io.grpostream.policy.training;

import io.grpostream.policy.GoldenTensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A batch as TRL lays it out (left-padded prompts, right-padded completions, rows shuffled), read
 * as training groups: rows with the same prompt.
 *
 * @param groups the batch
 * @param places where each of their tokens stood, as an index into a [rows, width] tensor
 * @param width the padded length of completions
 */
record GoldenBatch(List<TrainingGroup> groups, int[] places, int width) {
  /**
   * Reads a batch.
   *
   * @param prefix stands before the tensors' names
   * @param behavior [rows, width], flattened
   */
  static GoldenBatch read(
      GoldenTensors tensors, String prefix, float[] behavior, float[] advantages)
      throws IOException {
    int[][] prompts = unpadded(tensors, prefix + "prompt_ids", prefix + "prompt_mask");
    int[][] completions = unpadded(tensors, prefix + "completion_ids", prefix + "completion_mask");
    int width = Math.toIntExact(tensors.shape(prefix + "completion_ids").get(1));
    Map<List<Integer>, List<Integer>> rowsOfPrompt = new LinkedHashMap<>();
    for (int row = 0; row < prompts.length; row++) {
      List<Integer> prompt = Arrays.stream(prompts[row]).boxed().toList();
      rowsOfPrompt.computeIfAbsent(prompt, p -> new ArrayList<>()).add(row);
    }
    List<TrainingGroup> groups = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (List<Integer> rows : rowsOfPrompt.values()) {
      List<TrainingCompletion> members = new ArrayList<>();
      for (int row : rows) {
        int length = completions[row].length;
        float[] logprobs = Arrays.copyOfRange(behavior, row * width, row * width + length);
        members.add(new TrainingCompletion(completions[row], logprobs, advantages[row], false));
        for (int t = 0; t < length; t++) {
          places.add(row * width + t);
        }
      }
      groups.add(new TrainingGroup(prompts[rows.get(0)], members));
    }
    return new GoldenBatch(groups, places.stream().mapToInt(Integer::intValue).toArray(), width);
  }

  /** The same batch with behavior log-probs that are given in its own order. */
  GoldenBatch withBehavior(float[] logprobs) {
    List<TrainingGroup> changed = new ArrayList<>();
    int at = 0;
    for (TrainingGroup group : groups) {
      List<TrainingCompletion> members = new ArrayList<>();
      for (TrainingCompletion each : group.completions()) {
        float[] own = Arrays.copyOfRange(logprobs, at, at + each.ids().length);
        members.add(new TrainingCompletion(each.ids(), own, each.advantage(), each.truncated()));
        at += own.length;
      }
      changed.add(new TrainingGroup(group.promptIds(), members));
    }
    return new GoldenBatch(changed, places, width);
  }

  /** What a [rows, width] tensor holds for its tokens, in its own order. */
  float[] pick(float[] padded) {
    float[] picked = new float[places.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = padded[places[i]];
    }
    return picked;
  }

  private static int[][] unpadded(GoldenTensors tensors, String ids, String mask)
      throws IOException {
    int[] all = tensors.ints(ids);
    int[] real = tensors.ints(mask);
    int width = Math.toIntExact(tensors.shape(ids).get(1));
    int[][] rows = new int[all.length / width][];
    for (int row = 0; row < rows.length; row++) {
      List<Integer> kept = new ArrayList<>();
      for (int i = row * width; i < (row + 1) * width; i++) {
        if (real[i] == 1) {
          kept.add(all[i]);
        }
      }
      rows[row] = kept.stream().mapToInt(Integer::intValue).toArray();
    }
    return rows;
  }
}
