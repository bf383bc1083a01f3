package io.grpostream.policy.engine;

import io.grpostream.policy.checkpoint.Lora;
import io.grpostream.policy.checkpoint.ModelConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Which tensors the program works with, in the order of {@code policy.py}. Checkpoint tensors that
 * multiply the same input (query, key and value; gate and up) are stacked into one: fewer and
 * larger matrix products, and each part is still a run of whole rows.
 *
 * @param slots the program's tensors
 * @param head the head's place among them: 0, the embedding, if they are tied; −1 if these are
 *     adapters, which have none
 * @param layerSlots slots per layer
 */
public record WeightLayout(List<Slot> slots, int head, int layerSlots) {
  private static final int F32_BYTES = 4;
  private static final int NO_HEAD = -1;

  /** One tensor of the program: its parts stacked along the first dimension. */
  public record Slot(List<Long> shape, List<Part> parts) {
    /** Shape as the engine takes it. */
    public long[] dimensions() {
      return shape.stream().mapToLong(Long::longValue).toArray();
    }
  }

  /**
   * A checkpoint's tensor within a slot.
   *
   * @param name its Hugging Face name
   * @param shape its dimensions
   * @param offset where its fp32 bytes start in the slot
   */
  public record Part(String name, List<Long> shape, long offset) {
    /** Length in bytes (fp32). */
    public long byteLength() {
      return F32_BYTES * shape.stream().reduce(1L, Math::multiplyExact);
    }
  }

  public WeightLayout {
    slots = List.copyOf(slots);
  }

  /** The layout of a model. */
  public static WeightLayout of(ModelConfig config) {
    SortedMap<String, List<Long>> shapes = config.expectedTensors();
    List<Slot> slots = new ArrayList<>();
    slots.add(slot(shapes, "model.embed_tokens.weight"));
    if (!config.tiedEmbeddings()) {
      slots.add(slot(shapes, "lm_head.weight"));
    }
    int head = slots.size() - 1;
    slots.add(slot(shapes, "model.norm.weight"));
    int outer = slots.size();
    for (int number = 0; number < config.layers(); number++) {
      addLayer(slots, config, shapes, "model.layers." + number + ".");
    }
    return new WeightLayout(slots, head, (slots.size() - outer) / config.layers());
  }

  /** The layout of a model's adapters, which follow the model's own tensors: A and B in turn. */
  public static WeightLayout ofAdapters(ModelConfig config, Lora lora) {
    SortedMap<String, List<Long>> shapes = lora.expectedTensors(config);
    List<Slot> slots = new ArrayList<>();
    for (int layer = 0; layer < config.layers(); layer++) {
      for (Lora.Target target : lora.inOrder()) {
        slots.add(slot(shapes, target.a(layer)));
        slots.add(slot(shapes, target.b(layer)));
      }
    }
    return new WeightLayout(slots, NO_HEAD, 2 * lora.targets().size());
  }

  private static void addLayer(
      List<Slot> slots, ModelConfig config, SortedMap<String, List<Long>> shapes, String layer) {
    String attention = layer + "self_attn.";
    slots.add(slot(shapes, layer + "input_layernorm.weight"));
    slots.add(stack(shapes, attention, ".weight"));
    slots.add(slot(shapes, attention + "o_proj.weight"));
    slots.add(slot(shapes, layer + "post_attention_layernorm.weight"));
    slots.add(slot(shapes, layer + "mlp.gate_proj.weight", layer + "mlp.up_proj.weight"));
    slots.add(slot(shapes, layer + "mlp.down_proj.weight"));
    if (config.qkvBias()) {
      slots.add(stack(shapes, attention, ".bias"));
    }
    if (config.qkNorm()) {
      slots.add(slot(shapes, attention + "q_norm.weight"));
      slots.add(slot(shapes, attention + "k_norm.weight"));
    }
  }

  private static Slot stack(SortedMap<String, List<Long>> shapes, String attention, String kind) {
    return slot(
        shapes,
        attention + "q_proj" + kind,
        attention + "k_proj" + kind,
        attention + "v_proj" + kind);
  }

  private static Slot slot(SortedMap<String, List<Long>> shapes, String... names) {
    List<Part> parts = new ArrayList<>();
    long offset = 0;
    long rows = 0;
    List<Long> shape = List.of();
    for (String name : names) {
      shape = shapes.getOrDefault(name, List.of());
      if (shape.isEmpty()) {
        throw new IllegalStateException("the model has no tensor " + name);
      }
      Part part = new Part(name, shape, offset);
      parts.add(part);
      offset += part.byteLength();
      rows += shape.get(0);
    }
    List<Long> stacked = new ArrayList<>(shape);
    stacked.set(0, rows);
    return new Slot(List.copyOf(stacked), List.copyOf(parts));
  }
}
