# One micro-batch of the update: forward with shared prefixes, the head and the objective, backward.
# Gradients come out as a list like the trained weights. Weights are either all trained, or the base's are
# frozen and its adapters are trained. The optimizer step is at the end.

class Learner(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  policy : __torch__.policy.Policy
  objective : __torch__.objective.Objective
  format : int   # what matrices are multiplied in: 6 is fp32, 15 bf16

  # The weights to compute with: the layers' matrices in the number format of products. Norms, biases,
  # embedding, head and adapters stay as they are. Without bf16 these are the weights themselves.
  def computing(self: __torch__.learner.Learner, weights: List[Tensor]) -> List[Tensor]:
    first = self.policy.head + 1
    end = first + 1 + self.policy.layers * self.policy.layer_tensors
    cast = weights[:first]
    for w in weights[first:end]:
      cast.append(w.to(self.format) if w.dim() == 2 else w)
    return cast + weights[end:]

  # The head for chunks of `rows` tokens: a large one is repacked once, or oneDNN would do it for every chunk.
  def packed_head(self: __torch__.learner.Learner, head: Tensor, rows: int) -> Tensor:
    if head.is_cpu and head.size(0) > 8192:
      return __torch__.products.pack_matrix(head, rows, 6)
    return head

  # Log-probabilities and entropies (nats) of targets [M] under softmax(hidden @ head.T / temperature).
  # Returns log-probs [M], entropies [M], and for the backward pass: shifted logits z [M, V], exp(z) and
  # its row sums [M, 1].
  def head_forward(self: __torch__.learner.Learner, hidden: Tensor, head: Tensor,
                   targets: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    z = __torch__.products.product(hidden, head)
    weights, total = torch.empty_like(z), z.new_empty([z.size(0), 1])
    mean_z = torch.empty_like(total)
    # A few rows at a time, which stay in the processor's cache meanwhile.
    rows = max(1, 2000000 // z.size(1))
    for start in range(0, z.size(0), rows):
      n = min(rows, z.size(0) - start)
      some = z.narrow(0, start, n)
      if self.objective.temperature != 1.0:
        some = some.div_(self.objective.temperature)
      some = some.sub_(some.amax([1], True))
      exps = torch.exp(some, out=weights.narrow(0, start, n))
      sums = torch.sum(exps, [1], True, out=total.narrow(0, start, n))
      means = torch.bmm(exps.unsqueeze(1), some.unsqueeze(2)).view([-1, 1])
      mean_z.narrow(0, start, n).copy_(means.div_(sums))
    log_total = total.log()
    logprobs = (z.gather(1, targets.unsqueeze(1)) - log_total).squeeze(1)
    return (logprobs, (log_total - mean_z).squeeze(1), z, weights, total)

  # Derivatives through log-softmax, without autograd: with p = softmax(z),
  #   d logprob / d z = onehot(target) - p,   d entropy / d z = -p * (log p + entropy).
  # Overwrites `weights` with the gradient of the logits and returns it: [M, V].
  def head_backward(self: __torch__.learner.Learner, slope: Tensor, entropy_slope: Tensor, entropies: Tensor,
                    z: Tensor, weights: Tensor, total: Tensor, targets: Tensor, uses_entropy: bool) -> Tensor:
    slope, entropy_slope = slope.unsqueeze(1), entropy_slope.unsqueeze(1)
    if uses_entropy:
      per_p = entropy_slope * (total.log() - z - entropies.unsqueeze(1)) - slope
      gradient = weights.div_(total).mul_(per_p)
    else:
      gradient = weights.mul_(-slope / total)
    gradient = gradient.scatter_add_(1, targets.unsqueeze(1), slope)
    if self.objective.temperature != 1.0:
      gradient = gradient.div_(self.objective.temperature)
    return gradient

  # How many tokens' rounded gradients of logits are kept for one product each with the head and the hidden states:
  # adding up the head's gradient, which is fp32, costs as much as a few hundred tokens. In fp32 none are, since
  # nothing is rounded.
  def room(self: __torch__.learner.Learner, chunks: List[int], vocabulary: int) -> int:
    if self.format == 6:
      return 0
    longest = 0
    for start, end in zip(chunks, chunks[1:]):
      longest = max(longest, end - start)
    return min(chunks[-1], max(longest, 64000000 // vocabulary))

  # What a micro-batch begins with. `frozen`: the base's weights if `trained` are its adapters, empty if `trained` are
  # all weights. trains: it shall go back, too, and its gradients be added to `gradients` (an empty list: starts them).
  #
  # A micro-batch is computed in steps, each a call: begin; every layer forward; the head; and to train, every layer
  # backward, then `finish`. Between calls other computations may get a part of the cores, and the work can end.
  def begin(self: __torch__.learner.Learner, frozen: List[Tensor], trained: List[Tensor], trains: bool,
            gradients: List[Tensor], ids: Tensor, lengths: Tensor, length: int, group: int, cos: Tensor,
            sin: Tensor) -> __torch__.passes.Way:
    weights = frozen + trained
    whole = len(frozen) == 0
    first = len(gradients) == 0
    to = __torch__.passes.Gradients(trained[:] if first else gradients, first, whole)
    # The largest tensors first, while all memory of the update before is free in one piece: behind a layer's
    # smaller ones they would need new memory from time to time.
    if trains and whole:
      __torch__.passes.taken(to, 0, self.policy.head + 2)
    at = __torch__.passes.places(self.policy, lengths, length, group, ids.size(0), cos, sin)
    traces : List[__torch__.passes.Trace] = []
    x = [torch.embedding(weights[0], ids)]
    return __torch__.passes.Way(weights, self.computing(weights), at, x, traces, trains, to)

  def forward(self: __torch__.learner.Learner, way: __torch__.passes.Way, number: int) -> None:
    trace, x = __torch__.passes.layer_forward(self.policy, self.policy.layer(way.cast, number), way.x[0], way.at)
    way.x[0] = x
    if way.trains:
      way.traces.append(trace)

  # The head, forward only. rows: those that predict the M tokens of completions; the first token of a completion is
  # predicted by the last row of its prompt, token t by the row of token t - 1, so that the head never sees padding
  # or prompts. `chunks` cuts the M tokens into pieces that bound the memory of the logits and end where
  # completions end: 0, ..., M. Returns the same as `turn` does, with losses and KL 0; log-probs and entropies are the
  # same to the bit.
  def measure(self: __torch__.learner.Learner, way: __torch__.passes.Way, rows: Tensor, targets: Tensor,
              tokens: Tensor, completion: Tensor, completions: int, chunks: List[int]) -> Tensor:
    scaled, _ = self.policy.scaled_by_rms(way.x[0].index_select(0, rows))
    hidden = scaled * way.weights[self.policy.head + 1]
    head = self.packed_head(way.weights[self.policy.head], chunks[1])
    parts : List[Tensor] = []
    for start, end in zip(chunks, chunks[1:]):
      target = targets.narrow(0, start, end - start)
      logprobs, entropies, _, _, _ = self.head_forward(hidden.narrow(0, start, end - start), head, target)
      parts.append(torch.stack([logprobs, entropies]))
    measured = torch.cat(parts, 1)
    ratio = self.objective.importance(measured[0], tokens[5], completion, completions)
    none = torch.zeros_like(ratio)
    return torch.stack([measured[0], measured[1], none, ratio, none])

  # The head and the objective, forward and backward. `tokens` is [6, M]: behavior log-probs, reference log-probs,
  # advantages, loss weights, entropy-bonus weights, start log-probs. Tokens with an entropy below `threshold` do not
  # train. For `rows` and `chunks` see `measure`. Returns [5, M]: log-probs, entropies, losses, ratios, KL.
  def turn(self: __torch__.learner.Learner, way: __torch__.passes.Way, rows: Tensor, targets: Tensor,
           tokens: Tensor, completion: Tensor, completions: int, chunks: List[int], threshold: float,
           uses_entropy: bool) -> Tensor:
    policy, head, weights, to = self.policy, self.policy.head, way.weights, way.to
    outer : List[Tensor] = []
    if to.whole:
      outer = to.into[:head + 2]
    head_packed, head_in_format = self.packed_head(weights[head], chunks[1]), weights[head].to(self.format)
    scaled, inverse = policy.scaled_by_rms(way.x[0].index_select(0, rows))
    hidden = scaled * weights[head + 1]
    of_hidden = torch.empty_like(hidden)
    room = self.room(chunks, weights[head].size(0))
    rounded = torch.empty([room, weights[head].size(0)], dtype=self.format, device=hidden.device)
    begun = 0
    measured : List[Tensor] = []
    for i in range(len(chunks) - 1):
      start, end = chunks[i], chunks[i + 1]
      n = end - start
      chunk, target, facts = hidden.narrow(0, start, n), targets.narrow(0, start, n), tokens.narrow(1, start, n)
      logprobs, entropies, z, exps, total = self.head_forward(chunk, head_packed, target)
      selected = (entropies >= threshold).to(6)
      values, slope, entropy_slope = self.objective.derivatives(
          logprobs, facts[4], facts[0], facts[5], facts[1], facts[2], facts[3], selected, entropies,
          completion.narrow(0, start, n), completions)
      measured.append(torch.cat([torch.stack([logprobs, entropies]), values]))
      of_logits = self.head_backward(slope, entropy_slope, entropies, z, exps, total, target, uses_entropy)
      if room > 0:
        rounded.narrow(0, start - begun, n).copy_(of_logits)
        of_logits = rounded.narrow(0, 0, end - begun)
      if i == len(chunks) - 2 or chunks[i + 2] - begun > room:
        of_hidden.narrow(0, begun, end - begun).copy_(__torch__.products.product(of_logits, head_in_format.t()))
        if to.whole:
          factor = hidden.narrow(0, begun, end - begun).to(self.format)
          __torch__.passes.weight_gradient(of_logits, factor, outer[head], to.first and begun == 0)
        begun = end
    of_predicting = __torch__.passes.norm_backward(of_hidden, scaled, inverse, weights[head + 1], outer[head + 1:], to.first)
    way.x[0] = torch.zeros_like(way.x[0]).index_add_(0, rows, of_predicting)
    return torch.cat(measured, 1)

  # From the last layer to the first.
  def backward(self: __torch__.learner.Learner, way: __torch__.passes.Way, number: int) -> None:
    way.x[0] = __torch__.passes.layer_backward(self.policy, self.policy.layer(way.cast, number), number,
                                               way.traces.pop(), way.x[0], way.to)

  # The gradients, with the embedding's at last.
  def finish(self: __torch__.learner.Learner, way: __torch__.passes.Way, ids: Tensor) -> List[Tensor]:
    into, g = way.to.into, way.x[0]
    if way.to.whole:
      if way.to.first and self.policy.head > 0:
        into[0].zero_()
      into[0].index_add_(0, ids, g.masked_fill((ids == self.policy.pad_token).unsqueeze(1), 0.0))
    return into

  # Global L2 norm of all gradients.
  def gradient_norm(self: __torch__.learner.Learner, gradients: List[Tensor]) -> Tensor:
    return torch.stack(torch._foreach_norm(gradients, 2)).norm()

  # One AdamW step (Loshchilov and Hutter 2019), in place, with gradients divided by `shrink`. `step` is
  # the number of this step, from 1. Returns the number of tensors.
  def adamw(self: __torch__.learner.Learner, weights: List[Tensor], gradients: List[Tensor], moments: List[Tensor],
            squares: List[Tensor], step: float, rate: float, beta1: float, beta2: float, decay: float, eps: float,
            shrink: float) -> int:
    if len(weights) > 0:
      steps = [torch.full([], step, device=w.device) for w in weights]
      divisor = torch.full([], shrink, device=weights[0].device)
      unused : List[Tensor] = []
      torch._fused_adamw_(weights, gradients, moments, squares, unused, steps, lr=rate, beta1=beta1, beta2=beta2,
                          weight_decay=decay, eps=eps, amsgrad=False, maximize=False, grad_scale=divisor)
    return len(weights)
