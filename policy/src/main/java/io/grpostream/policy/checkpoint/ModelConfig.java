package io.grpostream.policy.checkpoint;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a decoder-only transformer computes, as its checkpoint's {@code config.json} says it.
 *
 * @param family the architecture
 * @param vocabSize rows of the embedding; token ids lie in [0, vocabSize)
 * @param hiddenSize width of the residual stream
 * @param intermediateSize width inside the SwiGLU
 * @param layers number of decoder layers
 * @param heads query heads, a multiple of kvHeads
 * @param kvHeads key and value heads
 * @param headDim width of a head, even (rotary embeddings turn pairs); heads · headDim need not be
 *     hiddenSize
 * @param rmsNormEps added to the mean square under RMSNorm's root
 * @param ropeTheta base of the rotary frequencies
 * @param ropeScaling Llama 3's change of the rotary frequencies; null for none
 * @param tiedEmbeddings the LM head is the embedding; there is no {@code lm_head.weight}
 * @param qkvBias query, key and value projections have a bias
 * @param qkNorm queries and keys pass an RMSNorm per head before the rotation
 * @param maxPositions longest sequence the model was made for
 * @param padTokenId as an input this token gives its embedding row no gradient, as in transformers;
 *     {@link #NO_TOKEN} if there is none
 */
public record ModelConfig(
    Family family,
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    double rmsNormEps,
    double ropeTheta,
    @Nullable RopeScaling ropeScaling,
    boolean tiedEmbeddings,
    boolean qkvBias,
    boolean qkNorm,
    int maxPositions,
    int padTokenId) {
  /** Stands for a token that a model does not have. */
  public static final int NO_TOKEN = -1;

  /** The architectures whose checkpoints open. Llama covers Llama 2 and 3 and SmolLM2. */
  public enum Family {
    LLAMA("llama", "LlamaForCausalLM"),
    MISTRAL("mistral", "MistralForCausalLM"),
    QWEN2("qwen2", "Qwen2ForCausalLM"),
    QWEN3("qwen3", "Qwen3ForCausalLM");

    private final String modelType;
    private final String architecture;

    Family(String modelType, String architecture) {
      this.modelType = modelType;
      this.architecture = architecture;
    }

    /** Its {@code model_type}. */
    public String modelType() {
      return modelType;
    }

    /** Its entry in {@code architectures}. */
    public String architecture() {
      return architecture;
    }
  }

  /**
   * Llama 3's frequency scaling (transformers calls it rope type {@code llama3}): rotary
   * wavelengths longer than originalMaxPositions / lowFreqFactor are stretched by factor, those
   * shorter than originalMaxPositions / highFreqFactor stay, and between the two the change is
   * gradual.
   */
  public record RopeScaling(
      double factor, double lowFreqFactor, double highFreqFactor, int originalMaxPositions) {
    public RopeScaling {
      if (highFreqFactor <= lowFreqFactor) {
        throw new IllegalArgumentException(
            "high_freq_factor is "
                + highFreqFactor
                + "; it must be above low_freq_factor, "
                + lowFreqFactor);
      }
    }
  }

  public ModelConfig {
    if (heads % kvHeads != 0) {
      throw new IllegalArgumentException(
          "num_attention_heads is "
              + heads
              + "; it must be a multiple of num_key_value_heads, "
              + kvHeads);
    }
    if (headDim % 2 != 0) {
      throw new IllegalArgumentException(
          "head_dim is " + headDim + "; it must be even for rotary embeddings");
    }
  }

  /**
   * Reads {@code config.json}, in the keys of transformers 4 or 5.
   *
   * @throws io.grpostream.policy.UserErrorException if the file is missing or malformed, or asks
   *     for something this model does not compute
   */
  public static ModelConfig read(Path folder) {
    return ModelConfigReader.read(folder.resolve("config.json"));
  }

  /** Name → shape of every tensor that a checkpoint of this model must hold. */
  public SortedMap<String, List<Long>> expectedTensors() {
    SortedMap<String, List<Long>> tensors = new TreeMap<>();
    tensors.put("model.embed_tokens.weight", shape(vocabSize, hiddenSize));
    tensors.put("model.norm.weight", shape(hiddenSize));
    if (!tiedEmbeddings) {
      tensors.put("lm_head.weight", shape(vocabSize, hiddenSize));
    }
    for (int layer = 0; layer < layers; layer++) {
      addLayer(tensors, "model.layers." + layer + ".");
    }
    return tensors;
  }

  private void addLayer(SortedMap<String, List<Long>> tensors, String layer) {
    long queries = (long) heads * headDim;
    long keys = (long) kvHeads * headDim;
    String attention = layer + "self_attn.";
    tensors.put(layer + "input_layernorm.weight", shape(hiddenSize));
    tensors.put(layer + "post_attention_layernorm.weight", shape(hiddenSize));
    tensors.put(layer + "mlp.gate_proj.weight", shape(intermediateSize, hiddenSize));
    tensors.put(layer + "mlp.up_proj.weight", shape(intermediateSize, hiddenSize));
    tensors.put(layer + "mlp.down_proj.weight", shape(hiddenSize, intermediateSize));
    tensors.put(attention + "q_proj.weight", shape(queries, hiddenSize));
    tensors.put(attention + "k_proj.weight", shape(keys, hiddenSize));
    tensors.put(attention + "v_proj.weight", shape(keys, hiddenSize));
    tensors.put(attention + "o_proj.weight", shape(hiddenSize, queries));
    if (qkvBias) {
      tensors.put(attention + "q_proj.bias", shape(queries));
      tensors.put(attention + "k_proj.bias", shape(keys));
      tensors.put(attention + "v_proj.bias", shape(keys));
    }
    if (qkNorm) {
      tensors.put(attention + "q_norm.weight", shape(headDim));
      tensors.put(attention + "k_norm.weight", shape(headDim));
    }
  }

  private static List<Long> shape(long... dimensions) {
    return Arrays.stream(dimensions).boxed().toList();
  }
}
