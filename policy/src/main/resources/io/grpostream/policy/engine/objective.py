# The objective as a function of each token's log-probability and entropy. Everything here works on
# flat lists of M completion tokens, padding left out; completions are whole.
#
# Formulas: GRPO (Shao et al. 2024, arXiv 2402.03300, eq. 3); Dr. GRPO (Liu et al. 2025, 2503.20783)
# and DAPO (Yu et al. 2025, 2503.14476) differ from it in the tokens' weights only, which Java
# computes (LossWeights); GSPO's sequence ratio (Zheng et al. 2025, 2507.18071, eq. 7); CISPO
# (MiniMax 2025, 2506.13585, eq. 4); SAPO (Gao et al. 2025, 2511.20347, eq. 5); two-sided clipping
# (INTELLECT-2, 2505.07291); truncated importance sampling between sampler and learner (Yao et al.
# 2025, "Your efficient RL framework secretly brings you off-policy RL training", with the truncation
# of Ionides 2008); k3 estimate of the KL (Schulman 2020, http://joschu.net/blog/kl-approx.html).

class Objective(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  surrogate : str      # "clip" (min of clipped and unclipped), "cispo" or "sapo"
  ratio : str          # where the importance ratio is taken: "none", "token" or "sequence"
  clip : bool
  clip_low : float
  clip_high : float
  delta : float        # the unclipped ratio's upper bound; inf is off
  beta : float
  kl_unbiased : bool
  sapo_temperature_positive : float
  sapo_temperature_negative : float
  temperature : float
  correction : str         # truncated importance sampling: "none", "token" or "sequence"
  correction_cap : float   # the most that it multiplies a loss by

  # Importance ratio of each token: exp(log p - start log-prob), or the geometric mean of those over
  # the token's completion. start: [M], the behavior log-probs, or with truncated importance sampling
  # those that the learner itself gave before the batch's first update. completion: [M], which
  # completion a token belongs to, from 0 to completions - 1; weights do not matter here.
  def importance(self: __torch__.objective.Objective, logprobs: Tensor, start: Tensor, completion: Tensor,
                 completions: int) -> Tensor:
    log_ratio = logprobs - start
    if self.ratio == "sequence":
      sums = start.new_zeros([completions]).index_add(0, completion, log_ratio)
      counts = start.new_zeros([completions]).index_add(0, completion, torch.ones_like(start))
      log_ratio = (sums / counts.clamp_min(1.0)).index_select(0, completion)
    return torch.exp(log_ratio)

  # What truncated importance sampling multiplies each token's loss by: the probability of the token,
  # or of its whole completion, under the learner before the batch's first update over that under the
  # policy that sampled, at most the cap. It has no gradient. Shapes as above.
  def corrections(self: __torch__.objective.Objective, start: Tensor, behavior: Tensor, completion: Tensor,
                  completions: int) -> Tensor:
    log_ratio = start - behavior
    if self.correction == "sequence":
      log_ratio = start.new_zeros([completions]).index_add(0, completion, log_ratio).index_select(0, completion)
    return torch.exp(log_ratio).clamp(max=self.correction_cap)

  # What each token adds to the loss, before its weight and without the KL.
  def surrogate_loss(self: __torch__.objective.Objective, ratio: Tensor, logprobs: Tensor,
                     advantages: Tensor) -> Tensor:
    if self.ratio == "none":
      loss = -advantages * logprobs
    elif self.surrogate == "cispo":
      loss = -ratio.clamp(max=self.clip_high).detach() * advantages * logprobs
    elif self.surrogate == "sapo":
      positive, negative = self.sapo_temperature_positive, self.sapo_temperature_negative
      sharpness = torch.where(advantages > 0, positive, negative).to(6)
      loss = -advantages * torch.sigmoid(sharpness * (ratio - 1.0)) * 4.0 / sharpness
    else:
      loss = -ratio.clamp(max=self.delta) * advantages
      if self.clip:
        loss = torch.maximum(loss, -ratio.clamp(1.0 - self.clip_low, 1.0 + self.clip_high) * advantages)
    return loss

  # k3, an unbiased and never negative estimate of KL(current || reference) from one sample.
  def divergence(self: __torch__.objective.Objective, logprobs: Tensor, reference: Tensor, ratio: Tensor) -> Tensor:
    k3 = torch.exp(reference - logprobs) - (reference - logprobs) - 1.0
    if self.kl_unbiased:
      k3 = k3 * ratio
    return k3

  # The loss of these tokens and its derivatives. selected: [M], 1 for tokens that train, 0 for
  # those whose entropy is too low; entropy_weights: [M], the entropy bonus per nat.
  # behavior, start: see `importance` and `corrections`.
  # Returns [loss of each token, ratio, KL] as [3, M], d loss / d log-prob [M], d loss / d entropy [M].
  def derivatives(self: __torch__.objective.Objective, logprobs: Tensor, entropy_weights: Tensor, behavior: Tensor,
                  start: Tensor, reference: Tensor, advantages: Tensor, weights: Tensor, selected: Tensor,
                  entropies: Tensor, completion: Tensor, completions: int) -> Tuple[Tensor, Tensor, Tensor]:
    leaf = logprobs.detach().requires_grad_(True)
    ratio = self.importance(leaf, start, completion, completions)
    loss = self.surrogate_loss(ratio, leaf, advantages) * selected
    if self.correction != "none":
      loss = loss * self.corrections(start, behavior, completion, completions)
    kl = torch.zeros_like(behavior)
    if self.beta != 0.0:
      kl = self.divergence(leaf, reference, ratio)
      loss = loss + self.beta * kl
    loss = loss * weights
    slope = torch.grad([loss.sum()], [leaf])[0]
    assert slope is not None, "the loss does not depend on the log-probabilities"
    bonus = entropy_weights * selected
    value = loss.detach() - bonus * entropies
    return (torch.stack([value, ratio.detach(), kl.detach()]), slope, -bonus)
