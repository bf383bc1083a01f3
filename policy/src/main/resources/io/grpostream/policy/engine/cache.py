# The cache that decoding attends to: per layer the prompts' keys and their values [N, K, L, D], then per layer the
# keys and the values of the completions' tokens so far [N * K * G, room, D], the completions of a prompt side by side
# under each key/value head. A prompt has G slots; completions that have ended leave theirs. slots: [R], ascending: row r
# belongs to prompt slots[r] / G. Shapes are written as in policy.py.

# Room for the completions' first `room` tokens behind the prompts' keys and values, one of each per layer.
def with_room(keys: List[Tensor], values: List[Tensor], group: int, room: int) -> List[Tensor]:
  own = [keys[0].size(0) * keys[0].size(1) * group, room, keys[0].size(3)]
  return keys + values + [each.new_empty(own) for each in keys + values]

# What is kept: some of the prompts, by their places, and some of the rows, by their slots, of `group` per prompt,
# and by their slots in the new cache. That has room for `room` tokens of each completion, of which the first
# `filled` are there.
def keep(cache: List[Tensor], prompts: Tensor, slots: Tensor, group: int, new_slots: Tensor, new_group: int,
         filled: int, room: int) -> List[Tensor]:
  kv_heads = cache[0].size(1)
  places = __torch__.cache.places(slots, group, kv_heads)
  new_places = __torch__.cache.places(new_slots, new_group, kv_heads)
  kept : List[Tensor] = []
  for i in range(len(cache)):
    old = cache[i]
    if i < len(cache) // 2:
      kept.append(old if prompts.size(0) == old.size(0) else old.index_select(0, prompts))
    else:
      own = old.new_zeros([prompts.size(0) * kv_heads * new_group, room, old.size(2)])
      own.narrow(1, 0, filled).index_copy_(0, new_places, old.narrow(1, 0, filled).index_select(0, places))
      kept.append(own)
  return kept

# Where the rows of these slots, `group` per prompt, are in the completions' part: [R * K].
def places(slots: Tensor, group: int, kv_heads: int) -> Tensor:
  heads = torch.floor_divide(slots, group).unsqueeze(1) * kv_heads + torch.arange(kv_heads, device=slots.device)
  return (heads * group + torch.remainder(slots, group).unsqueeze(1)).reshape([-1])

# What is added to the scores of the prompt's keys: 0 where there is a token, -inf where there is
# padding. lengths: [N] -> [N * K, 1, L]; empty if there is no padding.
def prompt_mask(lengths: Tensor, length: int, kv_heads: int) -> Tensor:
  there = torch.arange(length, device=lengths.device) < lengths.unsqueeze(1)
  if bool(torch.all(there)):
    return there.new_empty([0])
  return torch.where(there, 0.0, float("-inf")).repeat_interleave(kv_heads, 0).unsqueeze(1)

# Attention of one token per slot to its prompt and to its own completion so far, the slots of a prompt
# as queries of the one prefix they share. query: [N * K, G * F, D], key and value: [N, K, L, D], own_key
# and own_value: [N * K * G, T, D] -> [N * K, G * F, D].
def attend(query: Tensor, key: Tensor, value: Tensor, mask: Tensor, group: int, own_key: Tensor,
           own_value: Tensor) -> Tensor:
  heads, d, length = query.size(0), query.size(2), key.size(2)
  own_query = query.view([heads * group, -1, d])
  prompt_keys = key.view([heads, length, d]).transpose(1, 2)
  # With beta 0 the first tensor says nothing; alpha scales within the product.
  scale, nothing = float(d) ** -0.5, query.new_empty([1, 1, 1])
  to_prompt = torch.baddbmm(nothing, query, prompt_keys, beta=0, alpha=scale)
  if mask.size(0) > 0:
    to_prompt = to_prompt.add_(mask)
  to_own = torch.baddbmm(nothing, own_query, own_key.transpose(1, 2), beta=0, alpha=scale)
  scores = torch.cat([to_prompt.view([heads * group, -1, length]), to_own], -1)
  of_prompt, of_own = torch.softmax(scores, -1).split_with_sizes([length, own_key.size(1)], -1)
  attended = torch.bmm(of_prompt.view([heads, -1, length]), value.view([heads, length, d]))
  attended.view([heads * group, -1, d]).baddbmm_(of_own, own_value)
  return attended

# Rows to slots under each key/value head: [R, K, any] -> [N, K, G, any]; slots without a row are zero.
def by_head(x: Tensor, slots: Tensor, n: int, group: int) -> Tensor:
  k, width = x.size(1), x.size(2)
  if x.size(0) < n * group:
    x = x.new_zeros([n * group, k, width]).index_copy_(0, slots, x)
  return x.view([n, group, k, width]).transpose(1, 2)

# Back: [N * K, G * F, D] -> [R, H * D].
def by_row(x: Tensor, slots: Tensor, n: int, group: int) -> Tensor:
  x = x.view([n, x.size(0) // n, group, -1]).transpose(1, 2).reshape([n * group, -1])
  return x if slots.size(0) == n * group else x.index_select(0, slots)
