package io.grpostream.pipeline;

import io.grpostream.operators.DecoderFactory;
import io.grpostream.operators.PolicyVersionFeed;
import io.grpostream.operators.SamplerFactory;
import io.grpostream.operators.TrainerFactory;
import io.grpostream.store.PolicyStore;

/**
 * What the pipeline is given from outside: how prompts become token ids, how samplers and trainers
 * are made, where versions are kept and heard of.
 *
 * @param decoder makes the prompt decoder, with the checkpoint's tokenizer
 * @param sampler makes a sampler
 * @param trainer makes the trainer, with the base checkpoint's weights
 * @param feed follows the announced versions
 * @param store keeps every version's weights
 */
public record PipelineParts(
    DecoderFactory decoder,
    SamplerFactory sampler,
    TrainerFactory trainer,
    PolicyVersionFeed feed,
    PolicyStore store) {}
