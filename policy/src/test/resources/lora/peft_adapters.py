"""What PEFT and TRL compute with adapters on the golden llama and qwen2 models.

usage: peft_adapters.py GOLDEN_DIR OUT_DIR   (needs trl, peft, transformers)

Per model a folder: the adapter as PEFT writes it; logits.safetensors, the logits of the two golden texts; losses.json,
TRL's loss and gradient norm; tensors.safetensors, behavior log-probs and the gradients of every adapter tensor by case.
"""
import json, os, sys, tempfile
os.environ.setdefault("HF_HUB_OFFLINE", "1")
import torch
from datasets import Dataset
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, AutoTokenizer
from trl import GRPOConfig, GRPOTrainer

golden, out = sys.argv[1:3]
ADAPTERS = {
    "llama": dict(r=4, lora_alpha=8, target_modules=["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"]),
    "qwen2": dict(r=3, lora_alpha=4, use_rslora=True, target_modules=["q_proj", "v_proj", "up_proj"]),
}
LOSSES = {
    "llama": [dict(loss_type="grpo"), dict(loss_type="grpo", beta=0.04, temperature=0.7)],
    "qwen2": [dict(loss_type="dapo", epsilon_high=0.28)],
}


def adapted(name):
    torch.manual_seed(0)
    base = AutoModelForCausalLM.from_pretrained(f"{golden}/{name}", dtype=torch.float32, attn_implementation="sdpa")
    model = get_peft_model(base, LoraConfig(task_type="CAUSAL_LM", **ADAPTERS[name]))
    for key, weight in model.named_parameters():
        if "lora_B" in key:
            torch.nn.init.normal_(weight, std=0.1)
    model.peft_config["default"].base_model_name_or_path = name
    return model


def losses(name, model, inputs):
    tokenizer = AutoTokenizer.from_pretrained(f"{golden}/{name}")
    cases, tensors = [], {}
    for number, config in enumerate(LOSSES[name]):
        trainer = GRPOTrainer(
            model=model, reward_funcs=[lambda completions, **rest: [0.0] * len(completions)], processing_class=tokenizer,
            args=GRPOConfig(output_dir=tempfile.mkdtemp(), report_to=[], use_cpu=True, bf16=False, num_generations=4,
                            per_device_train_batch_size=8, gradient_checkpointing=False, **config),
            train_dataset=Dataset.from_dict({"prompt": ["a"] * 8}))
        trainer.current_gradient_accumulation_steps = 1
        model = trainer.model
        batch = {key: inputs[key] for key in ("prompt_ids", "prompt_mask", "completion_ids", "completion_mask", "advantages")}
        ids = torch.cat([batch["prompt_ids"], batch["completion_ids"]], 1)
        mask = torch.cat([batch["prompt_mask"], batch["completion_mask"]], 1)
        length = batch["completion_ids"].size(1)
        with torch.no_grad():
            now = trainer._get_per_token_logps_and_entropies(model, ids, mask, length)[0]
            with model.disable_adapter():
                reference = trainer._get_per_token_logps_and_entropies(model, ids, mask, length)[0]
        torch.manual_seed(1 + number)
        batch["old_per_token_logps"] = now + 0.15 * torch.randn_like(now)
        if config.get("beta"):
            batch["ref_per_token_logps"] = reference
        batch["num_items_in_batch"] = batch["completion_mask"].sum()
        model.zero_grad()
        model.train()
        loss = trainer._compute_loss(model, batch)
        loss.backward()
        gradients = {key.replace(".default", ""): weight.grad for key, weight in model.named_parameters() if weight.requires_grad}
        norm = torch.stack([gradient.norm() for gradient in gradients.values()]).norm()
        cases.append({"config": config, "loss": loss.item(), "grad_norm": norm.item()})
        tensors[f"{number}.old_per_token_logps"] = batch["old_per_token_logps"]
        tensors.update({f"{number}.{key}": gradient for key, gradient in gradients.items()})
    return cases, tensors


for name in ADAPTERS:
    folder = f"{out}/{name}"
    os.makedirs(folder, exist_ok=True)
    model = adapted(name)
    model.eval()
    model.save_pretrained(folder)
    os.remove(f"{folder}/README.md")
    texts = load_file(f"{golden}/{name}/logits.safetensors")
    with torch.no_grad():
        logits = {f"logits.{i}": model(texts[f"input_ids.{i}"].reshape(1, -1)).logits[0].contiguous() for i in range(2)}
    save_file({**logits, **{f"input_ids.{i}": texts[f"input_ids.{i}"] for i in range(2)}}, f"{folder}/logits.safetensors")
    cases, tensors = losses(name, model, load_file(f"{golden}/grpo_inputs.safetensors"))
    with open(f"{folder}/losses.json", "w") as file:
        json.dump(cases, file, indent=1)
    save_file(tensors, f"{folder}/tensors.safetensors")
