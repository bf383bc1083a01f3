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

  # The rows that predict completion tokens. The first token of a completion is predicted by the last
  # row of its prompt, token t by the row of token t - 1: Java gives the row numbers, so the head never
  # sees padding or prompts. Returns [M, hidden] before the head, after the final norm.
  def predicting_rows(self: __torch__.learner.Learner, weights: List[Tensor], embedded: Tensor, lengths: Tensor,
                      length: int, group: int, rows: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    x = self.policy.read_groups(weights, embedded, lengths, length, group, cos, sin)
    return self.policy.norm(x.index_select(0, rows), weights[self.policy.head + 1])

  # Log-probabilities and entropies (nats) of targets [M] under softmax(hidden @ head.T / temperature).
  # Returns log-probs [M], entropies [M], and for the backward pass: shifted logits z [M, V], exp(z) and
  # its row sums [M, 1].
  def head_forward(self: __torch__.learner.Learner, hidden: Tensor, head: Tensor,
                   targets: Tensor) -> Tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    z = torch.mm(hidden, head.t())
    if self.objective.temperature != 1.0:
      z = z.div_(self.objective.temperature)
    z = z.sub_(z.amax([1], True))
    weights = z.exp()
    total = weights.sum([1], True)
    log_total = total.log()
    logprobs = (z.gather(1, targets.unsqueeze(1)) - log_total).squeeze(1)
    mean_z = torch.bmm(weights.unsqueeze(1), z.unsqueeze(2)).view([-1, 1]) / total
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

  # From the gradient of the logits [M, V]: that of the hidden states, written to `into` [M, hidden], and
  # that of the head, added to its place in `outer` unless that is empty.
  def head_gradients(self: __torch__.learner.Learner, gradient: Tensor, hidden: Tensor, head: Tensor, into: Tensor,
                     outer: List[Tensor]) -> None:
    place = self.policy.head
    if self.format == 6:
      torch.mm(gradient, head, out=into)
      if len(outer) > 0:
        outer[place].addmm_(gradient.t(), hidden)
    else:
      rounded = gradient.to(self.format)
      into.copy_(torch.mm(rounded, head.to(self.format)))
      if len(outer) > 0:
        outer[place].add_(torch.mm(rounded.t(), hidden.to(self.format)))

  # Forward only. `chunks` cuts the M tokens into pieces that bound the memory of the logits and end
  # where completions end: 0, ..., M. Returns the same as `gradients` does first, with losses and KL 0.
  def measure(self: __torch__.learner.Learner, weights: List[Tensor], ids: Tensor, lengths: Tensor, length: int,
              group: int, rows: Tensor, targets: Tensor, tokens: Tensor, completion: Tensor, completions: int,
              chunks: List[int], cos: Tensor, sin: Tensor) -> Tensor:
    embedded = torch.embedding(weights[0], ids)
    hidden = self.predicting_rows(self.computing(weights), embedded, lengths, length, group, rows, cos, sin)
    parts : List[Tensor] = []
    for start, end in zip(chunks, chunks[1:]):
      target = targets.narrow(0, start, end - start)
      logprobs, entropies, _, _, _ = self.head_forward(hidden.narrow(0, start, end - start),
                                                       weights[self.policy.head], target)
      parts.append(torch.stack([logprobs, entropies]))
    measured = torch.cat(parts, 1)
    ratio = self.objective.importance(measured[0], tokens[5], completion, completions)
    none = torch.zeros_like(ratio)
    return torch.stack([measured[0], measured[1], none, ratio, none])

  # Adds this micro-batch's gradients to `gradients` (an empty list: starts them). `frozen`: the base's
  # weights if `trained` are its adapters, empty if `trained` are all weights. `tokens` is [6, M]:
  # behavior log-probs, reference log-probs, advantages, loss weights, entropy-bonus weights, start log-probs.
  # Tokens with an entropy below `threshold` do not train. For `chunks` see `measure`.
  # Returns [5, M] (log-probs, entropies, losses, ratios, KL), then the gradients.
  def gradients(self: __torch__.learner.Learner, frozen: List[Tensor], trained: List[Tensor],
                gradients: List[Tensor], ids: Tensor, lengths: Tensor, length: int, group: int, rows: Tensor, targets: Tensor, tokens: Tensor,
                completion: Tensor, completions: int, threshold: float, uses_entropy: bool, chunks: List[int],
                cos: Tensor, sin: Tensor) -> List[Tensor]:
    weights = frozen + trained
    whole = len(frozen) == 0
    cast = self.computing(weights)
    fixed = cast[:len(frozen)]
    leaves = [w.detach().requires_grad_(True) for w in cast[len(frozen):]]
    embedded = torch.embedding(weights[0], ids).requires_grad_(whole)
    hidden = self.predicting_rows(fixed + leaves, embedded, lengths, length, group, rows, cos, sin)
    head = self.policy.head
    outer : List[Tensor] = []
    if whole:
      outer = [torch.zeros_like(w) for w in weights[:head + 1]] if len(gradients) == 0 else gradients[:head + 1]
    hidden_gradient = torch.empty_like(hidden)
    measured : List[Tensor] = []
    for start, end in zip(chunks, chunks[1:]):
      n = end - start
      chunk, target, facts = hidden.detach().narrow(0, start, n), targets.narrow(0, start, n), tokens.narrow(1, start, n)
      logprobs, entropies, z, exps, total = self.head_forward(chunk, weights[head], target)
      selected = (entropies >= threshold).to(6)
      values, slope, entropy_slope = self.objective.derivatives(
          logprobs, facts[4], facts[0], facts[5], facts[1], facts[2], facts[3], selected, entropies,
          completion.narrow(0, start, n), completions)
      measured.append(torch.cat([torch.stack([logprobs, entropies]), values]))
      gradient = self.head_backward(slope, entropy_slope, entropies, z, exps, total, target, uses_entropy)
      self.head_gradients(gradient, chunk, weights[head], hidden_gradient.narrow(0, start, n), outer)
    slopes : List[Optional[Tensor]] = [hidden_gradient]
    inner = torch.grad([hidden], [embedded] + leaves[head + 1:] if whole else leaves, slopes)
    for i in range(len(inner)):
      g = inner[i]
      assert g is not None, "a weight has no part in the forward pass"
      if whole and i == 0:
        padding = (ids == self.policy.pad_token).unsqueeze(1)
        outer[0].index_add_(0, ids, g.masked_fill(padding, 0.0))
      elif len(gradients) == 0:
        outer.append(g.to(6).contiguous())
      else:
        outer.append(gradients[len(outer)].add_(g))
    return [torch.cat(measured, 1)] + outer

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
