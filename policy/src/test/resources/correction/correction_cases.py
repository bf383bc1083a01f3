"""Writes correction.json and correction.safetensors: loss and gradients of truncated importance sampling by TRL's own GRPOTrainer.

usage: correction_cases.py GOLDEN_DIR OUT_DIR   (GOLDEN_DIR has llama/ and grpo_inputs.safetensors; needs trl 1.13)

TRL corrects samples of vLLM only. The trainer is made without vLLM and told afterwards that it has it; the weights that it would have
got from vLLM's log-probs are computed here as its documentation of `vllm_importance_sampling_mode` says. Log-probs when the batch
began are the model's own, moved a little, so that the importance ratio is not 1 either.
"""
import json, sys, tempfile
import torch
from datasets import Dataset
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import GRPOConfig, GRPOTrainer

golden, out = sys.argv[1], sys.argv[2]
inputs = load_file(f"{golden}/grpo_inputs.safetensors")
mask = inputs["completion_mask"]
behavior = inputs["old_per_token_logps"]
generator = torch.Generator().manual_seed(5)
start = inputs["base_logps"] + 0.15 * torch.randn(behavior.shape, generator=generator)
compared = ["model.layers.0.self_attn.q_proj.weight", "model.norm.weight"]


def weights(level, cap):
    difference = (start - behavior) * mask
    if level == "sequence":
        difference = difference.sum(-1, keepdim=True)
    return torch.exp(difference).clamp(max=cap)


def loss_and_gradients(level, cap, config):
    model = AutoModelForCausalLM.from_pretrained(f"{golden}/llama", dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(f"{golden}/llama", padding_side="left")
    args = GRPOConfig(output_dir=tempfile.mkdtemp(), report_to=[], use_cpu=True, bf16=False, per_device_train_batch_size=8,
                      num_generations=4, max_completion_length=12, gradient_checkpointing=False, **config)
    trainer = GRPOTrainer(model=model, args=args, reward_funcs=[lambda completions, **_: [0.0] * len(completions)],
                          processing_class=tokenizer, train_dataset=Dataset.from_list([{"prompt": "a"}] * 8))
    trainer.use_vllm, trainer.vllm_importance_sampling_correction = True, True
    trainer.current_gradient_accumulation_steps = 1
    trainer.model.train()
    batch = {**inputs, "old_per_token_logps": start, "importance_sampling_ratio": weights(level, cap),
             "num_items_in_batch": mask.sum()}
    loss = trainer._compute_loss(trainer.model, batch)
    loss.backward()
    named = dict(trainer.model.named_parameters())
    norm = torch.stack([p.grad.norm() for p in named.values()]).norm()
    return loss.item(), norm.item(), {name: named[name].grad.clone() for name in compared}


cases, tensors = [], {"start_per_token_logps": start}
for level, cap, config in [
    ("token", 3.0, {"loss_type": "grpo"}),
    ("token", 1.1, {"loss_type": "dapo", "epsilon_high": 0.28}),
    ("token", 2.0, {"loss_type": "cispo", "epsilon_high": 5.0}),
    ("token", 1.5, {"loss_type": "sapo", "beta": 0.04}),
    ("token", 1.5, {"loss_type": "grpo", "importance_sampling_level": "sequence"}),
    ("sequence", 3.0, {"loss_type": "grpo"}),
    ("sequence", 2.0, {"loss_type": "dr_grpo", "beta": 0.1, "use_bias_correction_kl": False}),
    ("sequence", 1.5, {"loss_type": "luspo", "importance_sampling_level": "sequence"}),
    ("sequence", 2.0, {"loss_type": "dapo", "entropy_coef": 0.01, "top_entropy_quantile": 0.5}),
]:
    loss, norm, gradients = loss_and_gradients(level, cap, config)
    correction = weights(level, cap).expand_as(mask)[mask.bool()]
    number = len(cases)
    cases.append({"case": number, "level": level, "cap": cap, "config": config, "loss": loss, "grad_norm": norm,
                  "capped": (correction == cap).float().mean().item()})
    tensors.update({f"{number}.{name}": gradient for name, gradient in gradients.items()})
json.dump(cases, open(f"{out}/correction.json", "w"), indent=1)
save_file(tensors, f"{out}/correction.safetensors")
