# How a token is chosen from logits.
#
# The log-probability that is reported, and that the learner takes importance ratios against, is
# always the one under softmax(logits / temperature): that is what the learner recomputes. Repetition
# penalty, top-k, top-p, min-p and forbidden tokens only change which tokens are drawn.

# Draws one index per row with probability proportional to `weights` [B, V], by inversion: the first
# index whose running sum exceeds u times the total. Two levels (blocks of 64, then within the block)
# keep the running sums short and so exact. uniforms: [B, 1] in [0, 1). Never draws a zero weight.
def draw(weights: Tensor, uniforms: Tensor) -> Tensor:
  rows, width = weights.size(0), weights.size(1)
  padded = weights if width % 64 == 0 else torch.constant_pad_nd(weights, [0, (-width) % 64])
  blocks = padded.view([rows, -1, 64])
  block_sums = torch.cumsum(blocks.sum([-1]), -1)
  goal = uniforms * block_sums[:, -1:]
  block = torch.searchsorted(block_sums, goal, right=True)
  inside = blocks.gather(1, block.unsqueeze(2).expand([rows, 1, 64])).squeeze(1).cumsum(-1)
  before = torch.constant_pad_nd(block_sums, [1, 0]).gather(1, block)
  # Rounding may put the rest of the goal at the block's very end: stay just below it.
  rest = torch.minimum(goal - before, inside[:, -1:] * (1.0 - 1.1920929e-07))
  return block * 64 + torch.searchsorted(inside, rest.clamp_min(0.0), right=True)

# Logits after repetition penalty, temperature, top-k, top-p and min-p, in transformers' order; what
# is not kept is -inf. logits: [B, V], seen: [B, V], true for tokens of prompt and completion.
def warp(logits: Tensor, temperature: float, top_k: int, top_p: float, min_p: float, penalty: float,
         seen: Tensor) -> Tensor:
  never = float("-inf")
  x = logits
  if penalty != 1.0:
    x = torch.where(seen, torch.where(x < 0, x * penalty, x / penalty), x)
  x = x / temperature
  if top_k > 0:
    kth = torch.topk(x, min(top_k, x.size(1)))[0][:, -1:]
    x = x.masked_fill(x < kth, never)
  if top_p < 1.0:
    ascending, order = torch.sort(x, -1)
    drop = torch.softmax(ascending, -1).cumsum(-1) <= 1.0 - top_p
    drop.narrow(-1, -1, 1).fill_(False)
    x = x.masked_fill(torch.zeros_like(drop).scatter(1, order, drop), never)
  if min_p > 0.0:
    probabilities = torch.softmax(x, -1)
    x = x.masked_fill(probabilities < min_p * probabilities.amax([-1], True), never)
  return x

# Returns the chosen tokens [B] and their log-probabilities [B] under softmax(logits / temperature).
# never: ids [any number] that are not chosen.
def choose(logits: Tensor, uniforms: Tensor, temperature: float, greedy: bool, top_k: int, top_p: float,
           min_p: float, penalty: float, seen: Tensor, never: Tensor) -> List[Tensor]:
  scaled = logits if temperature == 1.0 else logits / temperature
  shifted = scaled - scaled.amax([-1], True)
  weights = shifted.exp()
  total = weights.sum([-1], True)
  forbids = never.size(0) > 0
  allowed = logits.index_fill(1, never, float("-inf")) if forbids else logits
  if greedy:
    tokens = torch.argmax(__torch__.sampling.warp(allowed, 1.0, 0, 1.0, 0.0, penalty, seen), -1, True)
  elif top_k == 0 and top_p >= 1.0 and min_p == 0.0 and penalty == 1.0 and not forbids:
    tokens = __torch__.sampling.draw(weights, uniforms)
  else:
    warped = __torch__.sampling.warp(allowed, temperature, top_k, top_p, min_p, penalty, seen)
    tokens = __torch__.sampling.draw(torch.softmax(warped, -1), uniforms)
  if penalty != 1.0:
    seen.scatter_(1, tokens, torch.ones_like(tokens, dtype=11))
  return [tokens.squeeze(1), (shifted.gather(1, tokens) - total.log()).squeeze(1)]
