"""Runs the archive of `./grpo export --torchscript FILE` from Python: the very program that Java runs, on any device.

    python torchscript_check.py FILE --golden policy/src/test/resources/golden [--device cpu|cuda|meta]
    python torchscript_check.py FILE --model DIR --time [--device cuda] [--bf16]

With --golden FILE must be of that folder's model `llama`; logits are compared with transformers' and losses and gradient norms
with TRL's, and the last line says the largest differences. On `meta` nothing is computed: the check is that no method makes a
tensor on the CPU. --time measures sampling and updating. Needs torch and safetensors.
"""
import argparse, functools, json, os, time
import torch
from torch import Tensor
from typing import List
from safetensors.torch import load_file
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


def load_weights(folder, config, device):
    """The checkpoint's tensors in the order of WeightLayout.java: what multiplies the same input is stacked."""
    t = {name: w.float() for name, w in load_file(os.path.join(folder, "model.safetensors")).items()}
    weights = [t["model.embed_tokens.weight"]]
    if not config.get("tie_word_embeddings", False):
        weights.append(t["lm_head.weight"])
    weights.append(t["model.norm.weight"])
    for i in range(config["num_hidden_layers"]):
        layer = lambda name: t[f"model.layers.{i}.{name}.weight"]
        qkv = [f"self_attn.{x}_proj" for x in "qkv"]
        weights += [layer("input_layernorm"), torch.cat([layer(x) for x in qkv]), layer("self_attn.o_proj"),
                    layer("post_attention_layernorm"), torch.cat([layer("mlp.gate_proj"), layer("mlp.up_proj")]),
                    layer("mlp.down_proj")]
        if f"model.layers.{i}.self_attn.q_proj.bias" in t:
            weights.append(torch.cat([t[f"model.layers.{i}.{x}.bias"] for x in qkv]))
        if f"model.layers.{i}.self_attn.q_norm.weight" in t:
            weights += [layer("self_attn.q_norm"), layer("self_attn.k_norm")]
    return [w.to(device) for w in weights]


def rope(config, positions, device):
    """RopeTable.java without scaled frequencies: the sine's first half is negative."""
    dim = config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]
    theta = config.get("rope_theta") or config["rope_parameters"]["rope_theta"]
    angles = torch.outer(torch.arange(positions).float(), 1.0 / theta ** (torch.arange(0, dim, 2).float() / dim))
    sin = torch.cat([-angles.sin(), angles.sin()], 1)
    return torch.cat([angles.cos(), angles.cos()], 1).to(device), sin.to(device)


def batch(groups, device):
    """TrainingBatch.java's tensors. groups: [(prompt ids, [(completion ids, behavior, reference, advantage, weight)])]"""
    n, group = len(groups), max(len(members) for _, members in groups)
    longest = max(len(prompt) for prompt, _ in groups)
    inputs = max(1, max(len(c[0]) for _, members in groups for c in members) - 1)
    ids = torch.zeros(n * (longest + group * inputs), dtype=torch.int64)
    rows, targets, facts, completion, number = [], [], [], [], 0
    for p, (prompt, members) in enumerate(groups):
        ids[p * longest:p * longest + len(prompt)] = torch.tensor(prompt)
        for i, (own, behavior, reference, advantage, weight) in enumerate(members):
            first = n * longest + (p * group + i) * inputs
            ids[first:first + len(own) - 1] = torch.tensor(own[:-1], dtype=torch.int64)
            for t, token in enumerate(own):
                rows.append(p * longest + len(prompt) - 1 if t == 0 else first + t - 1)
                targets.append(token)
                facts.append([behavior[t], reference[t], advantage, weight, 0.0, behavior[t]])
                completion.append(number)
            number += 1
    lengths = torch.tensor([len(prompt) for prompt, _ in groups])
    tensors = [ids, lengths, torch.tensor(rows), torch.tensor(targets), torch.tensor(facts).T.contiguous(),
               torch.tensor(completion)]
    ids, lengths, rows, targets, facts, completion = [t.to(device) for t in tensors]
    return (ids, lengths, longest, group, rows, targets, facts, completion, number), [0, len(targets)]


class MicroBatch(torch.nn.Module):
    """LearnerProgram.java's calls in one: they change lists, of which Python would have copies."""

    def __init__(self, learner):
        super().__init__()
        self.learner = learner

    @torch.jit.export
    def measure(self, weights: List[Tensor], ids: Tensor, lengths: Tensor, longest: int, group: int, rows: Tensor,
                targets: Tensor, facts: Tensor, completion: Tensor, completions: int, chunks: List[int], cos: Tensor,
                sin: Tensor) -> Tensor:
        way = self.learner.begin([], weights, False, [], ids, lengths, longest, group, cos, sin)
        for i in range(self.learner.policy.layers):
            self.learner.forward(way, i)
        return self.learner.measure(way, rows, targets, facts, completion, completions, chunks)

    @torch.jit.export
    def gradients(self, weights: List[Tensor], before: List[Tensor], ids: Tensor, lengths: Tensor, longest: int, group: int,
                  rows: Tensor, targets: Tensor, facts: Tensor, completion: Tensor, completions: int, entropy: bool,
                  chunks: List[int], cos: Tensor, sin: Tensor) -> List[Tensor]:
        layers = self.learner.policy.layers
        way = self.learner.begin([], weights, True, before, ids, lengths, longest, group, cos, sin)
        for i in range(layers):
            self.learner.forward(way, i)
        measured = self.learner.turn(way, rows, targets, facts, completion, completions, chunks, float("-inf"), entropy)
        for i in range(layers):
            self.learner.backward(way, layers - 1 - i)
        return [measured] + self.learner.finish(way, ids)


@functools.lru_cache
def micro_batch(m):
    return torch.jit.script(MicroBatch(m))


def gradients(m, weights, tensors, chunks, tables, before=(), entropy=False):
    """Of one micro-batch, added to those of the micro-batches before."""
    with torch.enable_grad():
        return micro_batch(m).gradients(weights, list(before), *tensors, entropy, chunks, *tables)


def sample(m, weights, prompts, group, tokens, tables):
    """Greedy decoding of `tokens` tokens, as BlockDecoder.java does it without ended rows."""
    n, length = prompts.shape
    device = prompts.device
    lengths = torch.full([n], length, device=device)
    slots = torch.arange(n * group, device=device)
    uniforms, none = torch.zeros([n * group, 1], device=device), torch.zeros([0], dtype=torch.int64, device=device)
    p = m.policy
    first = p.prefill(weights, prompts, lengths, *tables, group, tokens)
    logits, cache = first[0], first[1:]
    for step in range(tokens):
        chosen = p.choose(logits, uniforms, 1.0, False, 0, 1.0, 0.0, 1.0, none, none)[0]
        logits = p.decode(weights, cache, chosen, lengths, slots, *tables, group, step)
    return logits


def golden_groups(folder, level):
    """The crafted batch of the golden files: rows with the same prompt are a group."""
    t = load_file(os.path.join(folder, "grpo_inputs.safetensors"))
    groups, lengths = {}, t["completion_mask"].sum(1)
    for row in range(len(lengths)):
        prompt = tuple(t["prompt_ids"][row][t["prompt_mask"][row] == 1].tolist())
        k = int(lengths[row])
        weight = {"grpo": 1 / (len(lengths) * k), "sapo": 1 / (len(lengths) * k), "dr_grpo": 1 / (len(lengths) * 12),
                  "luspo": 1 / len(lengths)}.get(level, 1 / int(lengths.sum()))
        member = (t["completion_ids"][row][:k].tolist(), t["old_per_token_logps"][row][:k].tolist(),
                  t["ref_per_token_logps"][row][:k].tolist(), float(t["advantages"][row]), weight)
        groups.setdefault(prompt, []).append(member)
    return list(groups.items())


def set_objective(objective, config):
    kind, level = config["loss_type"], config.get("importance_sampling_level", "token")
    objective.surrogate = kind if kind in ("cispo", "sapo") else "clip"
    objective.ratio, objective.beta = level, float(config.get("beta", 0.0))
    objective.clip_low = float(config.get("epsilon", 0.2))
    objective.clip_high = float(config.get("epsilon_high", config.get("epsilon", 0.2)))
    objective.delta = float(config.get("delta") or float("inf"))
    objective.temperature = float(config.get("temperature", 1.0))
    objective.kl_unbiased = bool(config.get("use_bias_correction_kl", True))


class NoCpuTensors(TorchDispatchMode):
    """Fails on an operator that gives a tensor on the CPU; answers what depends on data."""

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        if func is torch.ops.aten._local_scalar_dense.default:
            self.answer = not self.answer  # so that either branch is taken
            return self.answer
        result = func(*args, **(kwargs or {}))
        for tensor in tree_leaves(result):
            assert not isinstance(tensor, torch.Tensor) or tensor.device.type == "meta", f"{func} made a tensor on the CPU"
        self.calls += 1
        return result


def check_meta(m, weights, config, tables):
    """Unequal prompts, so that every branch on lengths is taken; all methods that compute."""
    completion = ([5, 6, 7], [-1.0] * 3, [-1.0] * 3, 1.0, 0.1)
    # Java makes the inputs, on the device; only what the program makes of them is looked at.
    prompts = torch.ones([2, 5], dtype=torch.int64, device="meta")
    inputs, chunks = batch([([1, 2, 3], [completion] * 2), ([4] * 5, [completion] * 2)], "meta")
    uniforms, seen = torch.zeros([4, 1], device="meta"), torch.zeros([4, config["vocab_size"]], dtype=torch.bool, device="meta")
    slots = torch.arange(3, device="meta")
    short = torch.ones([2], dtype=torch.int64, device="meta")
    never = torch.zeros([1], dtype=torch.int64, device="meta")
    with NoCpuTensors() as mode:
        mode.calls, mode.answer = 0, False
        p = m.policy
        p.logits(weights, prompts[0], *tables)
        p.pack(weights, p.head, 64, m.format, p.pack(weights, p.head, 64, m.format, []))
        logits = p.prefill(weights, prompts, short, *tables, 2, 8)
        p.decode(weights, logits[1:], short.repeat(2), short, torch.cat([slots, slots[:1]]), *tables, 2, 0)
        cache = p.keep(logits[1:], short, slots, 2, slots, 2, 1, 16)
        for _ in range(2):
            p.decode(weights, cache, slots, short, slots, *tables, 2, 1)  # a row has left: an empty slot
        p.choose(logits[0], uniforms, 0.7, False, 5, 0.9, 0.1, 1.1, seen, never)
        p.choose(logits[0], uniforms, 1.0, True, 0, 1.0, 0.0, 1.0, seen, never)
        p.choose(logits[0], uniforms, 1.0, False, 0, 1.0, 0.0, 1.0, seen, never[:0])
        for ratio, surrogate, correction in [("token", "clip", "token"), ("sequence", "clip", "sequence"),
                                             ("token", "cispo", "none"), ("token", "sapo", "none"), ("none", "clip", "none")]:
            m.objective.ratio, m.objective.surrogate, m.objective.correction = ratio, surrogate, correction
            m.objective.beta, m.objective.temperature = 0.1, 0.9
            for m.format in (6, 15):
                out = gradients(m, weights, inputs, chunks, tables)
                out = gradients(m, weights, inputs, chunks, tables, out[1:], True)
        micro_batch(m).measure(weights, *inputs, chunks, *tables)
        m.gradient_norm(out[1:])
        print(json.dumps({"device": "meta", "operators": mode.calls, "cpu_tensors": 0}))


def check_golden(m, weights, tables, folder, device):
    expected = load_file(os.path.join(folder, "llama", "logits.safetensors"))
    worst = {"logits": 0.0, "loss": 0.0, "grad_norm": 0.0}
    for i in range(2):
        ours = m.policy.logits(weights, expected[f"input_ids.{i}"][0].to(device), *tables).cpu()
        worst["logits"] = max(worst["logits"], float((ours - expected[f"logits.{i}"][0]).abs().max()))
    cases = json.load(open(os.path.join(folder, "losses.json")))
    # These two need a pass before, or a bonus per token, which Java computes.
    cases = [c for c in cases if not {"top_entropy_quantile", "entropy_coef"} & c["config"].keys()]
    for case in cases:
        set_objective(m.objective, case["config"])
        tensors, chunks = batch(golden_groups(folder, case["config"]["loss_type"]), device)
        out = gradients(m, weights, tensors, chunks, tables)
        worst["loss"] = max(worst["loss"], abs(float(out[0][2].sum()) - case["loss"]))
        norm = float(m.gradient_norm(out[1:]))
        worst["grad_norm"] = max(worst["grad_norm"], abs(norm / case["grad_norm"] - 1))
    print(json.dumps({"device": str(device), "torch": torch.__version__, "loss_cases": len(cases), "largest_difference": worst}))
    assert worst["logits"] < 1e-3 and worst["loss"] < 1e-3 and worst["grad_norm"] < 1e-3, "not within 1e-3 of the golden numbers"


def measure(m, weights, config, tables, device, prompts=2, group=8, length=64, tokens=64):
    sync = torch.cuda.synchronize if device.type == "cuda" else lambda: None
    ids = torch.randint(config["vocab_size"], [prompts, length])
    own = torch.randint(config["vocab_size"], [prompts, group, tokens]).tolist()
    groups = [(ids[p].tolist(), [(own[p][i], [-1.0] * tokens, [0.0] * tokens, (-1.0) ** i, 1 / (prompts * group * tokens))
                                 for i in range(group)]) for p in range(prompts)]
    tensors, chunks = batch(groups, device)
    plain = [w.to(torch.bfloat16) if m.format == 15 and i > m.policy.head + 1 and w.dim() == 2 else w for i, w in enumerate(weights)]
    moments, squares = [[torch.zeros_like(w) for w in weights] for _ in range(2)]

    def update(step):
        out = gradients(m, weights, tensors, chunks, tables)
        m.adamw(weights, out[1:], moments, squares, float(step), 1e-6, 0.9, 0.999, 0.0, 1e-8, 1.0)

    def timed(run):
        seconds = []
        for step in range(1, 7):
            sync(); start = time.perf_counter(); run(step); sync()
            seconds.append(time.perf_counter() - start)
        return sorted(seconds[1:])[2]

    sampling = timed(lambda step: sample(m, plain, ids.to(device), group, tokens, tables))
    print(json.dumps({"device": str(device), "torch": torch.__version__, "dtype": "bf16" if m.format == 15 else "fp32",
                      "rows": prompts * group, "sampled_tok_s": round(prompts * group * tokens / sampling, 1),
                      "update_s": round(timed(update), 4)}))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file")
    parser.add_argument("--golden")
    parser.add_argument("--model")
    parser.add_argument("--device", default="cpu", type=torch.device)
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--time", action="store_true")
    a = parser.parse_args()
    folder = a.model or os.path.join(a.golden, "llama")
    config = json.load(open(os.path.join(folder, "config.json")))
    torch.set_grad_enabled(False)
    torch._C._set_graph_executor_optimize(False)  # as Torch.java does: optimized programs round otherwise
    m = torch.jit.load(a.file)
    m.format = 15 if a.bf16 else 6
    weights, tables = load_weights(folder, config, a.device), rope(config, 256, a.device)
    if a.time:
        measure(m, weights, config, tables, a.device)
    elif a.device.type == "meta":
        check_meta(m, weights, config, tables)
    else:
        check_golden(m, weights, tables, a.golden, a.device)


if __name__ == "__main__":
    main()
