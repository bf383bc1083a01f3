# The policy's transformer in TorchScript: Llama, Mistral, Qwen2 (bias on query, key and value) and
# Qwen3 (RMS norm on query and key). One file for every size: sizes and flags are attributes.
#
# Shapes are written [N, L]: N prompts, G completions each, B = N * G rows, L tokens of the longest
# prompt (shorter ones are padded on the right), H heads of D numbers, K key/value heads, F = H / K
# query heads per key/value head, V tokens in the vocabulary. All floats are fp32, but for the layers' matrices
# and with them what is within the MLP, which may be bf16.
#
# A prompt is computed once for its G completions, both when sampling and when training (passes.py): they attend
# to one shared prefix of keys and values.
#
# `weights` is a list: embedding, head (only if it is not the embedding itself), final norm, then
# the tensors of each layer, then the adapters of each layer, if any. Java owns them (WeightLayout)
# and passes them in.

class Layer(NamedTuple):
  input_norm : Tensor  # [hidden]
  qkv : Tensor         # [(H + 2K) * D, hidden]: query, key and value stacked
  o : Tensor           # [hidden, H * D]
  post_norm : Tensor   # [hidden]
  gate_up : Tensor     # [2 * intermediate, hidden]: gate and up stacked
  down : Tensor        # [hidden, intermediate]
  extra : List[Tensor] # [bias of qkv] for Qwen2, [query norm, key norm] for Qwen3, else empty
  adapters : List[Tensor] # see adapter.py; empty: the layer is the base's

# Rotary position embedding (Su et al. 2021) with the halves-swapped layout of Llama. The table's
# sine is negative in its first half, so that no half of x has to be negated.
def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  return torch.addcmul(x * cos, torch.roll(x, [x.size(-1) // 2], [-1]), sin)

# [N, K, T, D] -> [N, H, T, D]: each key/value head serves F neighbouring query heads.
def repeat_heads(x: Tensor, per_head: int) -> Tensor:
  if per_head == 1:
    return x
  n, k, t, d = x.size(0), x.size(1), x.size(2), x.size(3)
  return x.unsqueeze(2).expand([n, k, per_head, t, d]).reshape([n, k * per_head, t, d])

# Zeros behind the last of T keys (or values), up to a multiple of 16: [.., T, D]. Additions over keys go by
# vectors of at most 16 numbers, so that attention then adds up the same ones in the same order, however
# far the longest of a batch makes the others pad.
def whole_vectors(x: Tensor) -> Tensor:
  return torch.constant_pad_nd(x, [0, 0, 0, -x.size(-2) % 16])

class Policy(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  layers : int
  heads : int
  kv_heads : int
  head_dim : int
  norm_eps : float
  qkv_bias : bool
  qk_norm : bool
  head : int           # the head's place in `weights`: 0 if it is the embedding, else 1
  layer_tensors : int  # tensors per layer in `weights`
  pad_token : int      # as an input it gives its embedding row no gradient; -1 for none
  adapter : __torch__.adapter.Adapter

  def layer(self: __torch__.policy.Policy, weights: List[Tensor], number: int) -> __torch__.policy.Layer:
    i = self.head + 2 + number * self.layer_tensors
    own = self.adapter.layer_tensors
    j = self.head + 2 + self.layers * self.layer_tensors + number * own
    return __torch__.policy.Layer(weights[i], weights[i + 1], weights[i + 2], weights[i + 3], weights[i + 4],
                                  weights[i + 5], weights[i + 6:i + self.layer_tensors], weights[j:j + own])

  # The matrices stacked in `qkv`: places of their adapters, and their rows.
  def qkv_places(self: __torch__.policy.Policy) -> List[int]:
    return [self.adapter.q_proj, self.adapter.k_proj, self.adapter.v_proj]

  def qkv_rows(self: __torch__.policy.Policy) -> List[int]:
    key = self.kv_heads * self.head_dim
    return [self.heads * self.head_dim, key, key]

  # The same of the matrices stacked in `gate_up`.
  def gate_up_places(self: __torch__.policy.Policy) -> List[int]:
    return [self.adapter.gate_proj, self.adapter.up_proj]

  # The base's tensors with the adapters that follow them in `weights` put into them: a new policy's
  # weights, those without an adapter shared. head: its place in `weights`.
  def merge(self: __torch__.policy.Policy, weights: List[Tensor], head: int) -> List[Tensor]:
    adapter, own = self.adapter, self.adapter.layer_tensors
    base = head + 2 + self.layers * self.layer_tensors
    merged = weights[:base]
    if len(weights) > base:
      for number in range(self.layers):
        i = head + 2 + number * self.layer_tensors
        adapters = weights[base + number * own:base + (number + 1) * own]
        half = weights[i + 4].size(0) // 2
        merged[i + 1] = adapter.merge(weights[i + 1], adapters, self.qkv_places(), self.qkv_rows())
        merged[i + 2] = adapter.merge(weights[i + 2], adapters, [adapter.o_proj], [weights[i + 2].size(0)])
        merged[i + 4] = adapter.merge(weights[i + 4], adapters, self.gate_up_places(), [half, half])
        merged[i + 5] = adapter.merge(weights[i + 5], adapters, [adapter.down_proj], [weights[i + 5].size(0)])
    return merged

  # What a norm (Zhang and Sennrich 2019) makes of x [.., width] before its weight, and what it multiplies each
  # row by: [.., 1]. By few operations, of which only two go over all of x.
  def scaled_by_rms(self: __torch__.policy.Policy, x: Tensor) -> Tuple[Tensor, Tensor]:
    length = torch.linalg_vector_norm(x, 2, [-1], True)
    inverse = torch.addcmul(length.new_full([], self.norm_eps), length, length, value=1.0 / x.size(-1)).rsqrt()
    return (x * inverse, inverse)

  def norm(self: __torch__.policy.Policy, x: Tensor, weight: Tensor) -> Tensor:
    return self.scaled_by_rms(x)[0] * weight

  # Query, key and value of each row with positions applied: [rows, H | K | K, D].
  # cos, sin: [rows, 1, D].
  def project(self: __torch__.policy.Policy, layer: __torch__.policy.Layer, x: Tensor, cos: Tensor,
              sin: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
    h, k = self.heads, self.kv_heads
    x = self.norm(x, layer.input_norm)
    qkv = self.adapter.adapt(__torch__.products.linear(x, layer.qkv), x, layer.adapters, self.qkv_places(),
                             self.qkv_rows())
    if self.qkv_bias:
      qkv = qkv + layer.extra[0]
    qk, v = qkv.view([-1, h + 2 * k, self.head_dim]).split_with_sizes([h + k, k], 1)
    if self.qk_norm:
      query, key = qk.split_with_sizes([h, k], 1)
      qk = torch.cat([self.norm(query, layer.extra[-2]), self.norm(key, layer.extra[-1])], 1)
    query, key = __torch__.policy.rotate(qk, cos, sin).split_with_sizes([h, k], 1)
    return (query, key, v)

  # The rest of a layer: output projection and the gated MLP, each added to the residual stream.
  # x: [rows, hidden], attended: [rows, H * D].
  def finish(self: __torch__.policy.Policy, layer: __torch__.policy.Layer, x: Tensor, attended: Tensor) -> Tensor:
    adapter = self.adapter
    x = adapter.adapt(__torch__.products.added(x, attended, layer.o), attended, layer.adapters, [adapter.o_proj],
                      [x.size(1)])
    normed = self.norm(x, layer.post_norm)
    half = layer.gate_up.size(0) // 2
    gate_up = adapter.adapt(__torch__.products.product(normed, layer.gate_up), normed, layer.adapters,
                            self.gate_up_places(), [half, half])
    gate, up = gate_up.chunk(2, -1)
    mixed = torch.silu(gate).mul_(up)
    return adapter.adapt(__torch__.products.added(x, mixed, layer.down), mixed, layer.adapters, [adapter.down_proj],
                         [x.size(1)])

  # Hidden states to logits: [rows, hidden] -> [rows, V].
  def logits_of(self: __torch__.policy.Policy, weights: List[Tensor], x: Tensor) -> Tensor:
    return __torch__.products.linear(self.norm(x, weights[self.head + 1]), weights[self.head])

  # Causal attention of whole sequences to themselves. query: [N * L, H, D], key and value:
  # [N, K, L, D] -> [N * L, H * D]. Padding on the right needs no mask: nobody looks ahead.
  def attend_within(self: __torch__.policy.Policy, query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    n, length = key.size(0), key.size(2)
    per_head = self.heads // self.kv_heads
    query = query.reshape([n, length, self.heads, self.head_dim]).transpose(1, 2)
    key = __torch__.policy.repeat_heads(__torch__.policy.whole_vectors(key), per_head)
    value = __torch__.policy.repeat_heads(__torch__.policy.whole_vectors(value), per_head)
    attended = torch.scaled_dot_product_attention(query, key, value, None, 0.0, True)
    return attended.transpose(1, 2).reshape([n * length, self.heads * self.head_dim])

  # Rows of a flat list as sequences: [N * L, K, D] -> [N, K, L, D].
  def sequences(self: __torch__.policy.Policy, x: Tensor, n: int) -> Tensor:
    return x.reshape([n, -1, self.kv_heads, self.head_dim]).transpose(1, 2)

  # Weights for sampling, with adapters put into them. Matrices that meet about `rows` rows at a time are
  # repacked for oneDNN, which is faster for few rows; norms, biases and the embedding are copied as they
  # are, so that whoever owns `weights` may write them again. head: its place in `weights`. It comes out
  # at place 1 even if it is the embedding, for a policy with head = 1. format: 6 (fp32) or 15 (bf16), what
  # the layers' matrices become; the head stays fp32, because bf16 logits alone move log-probs by 0.02.
  # into: empty, or what this gave before, which is written again: weights that moved with every version would leave
  # holes behind that no tensor of a later step fits in.
  def pack(self: __torch__.policy.Policy, weights: List[Tensor], head: int, rows: int, format: int,
           into: List[Tensor]) -> List[Tensor]:
    merged = self.merge(weights, head)
    sources = [merged[0]] + merged[head:]
    for place in range(len(sources)):
      w = sources[place]
      packed = w
      if place > 0 and w.dim() == 2:
        packed = __torch__.products.pack_matrix(w, rows, 6 if place == 1 else format)
      if place < len(into):
        into[place].copy_(packed)
      else:
        into.append(packed if packed.is_mkldnn else packed.clone())
    return into

  # Whole sequences through all layers; each layer's keys and values [N, K, L, D] are appended to the
  # lists. ids: [N, L] -> [N * L, hidden].
  def read(self: __torch__.policy.Policy, weights: List[Tensor], ids: Tensor, cos: Tensor, sin: Tensor,
           keys: List[Tensor], values: List[Tensor]) -> Tensor:
    n, length = ids.size(0), ids.size(1)
    x = torch.embedding(weights[0], ids.reshape([-1]))
    cos_rows = cos.narrow(0, 0, length).repeat([n, 1]).unsqueeze(1)
    sin_rows = sin.narrow(0, 0, length).repeat([n, 1]).unsqueeze(1)
    for number in range(self.layers):
      layer = self.layer(weights, number)
      query, key, value = self.project(layer, x, cos_rows, sin_rows)
      keys.append(self.sequences(key, n).contiguous())
      values.append(self.sequences(value, n).contiguous())
      x = self.finish(layer, x, self.attend_within(query, keys[number], values[number]))
    return x

  # Logits after every token of one text: ids [T] -> [T, V].
  def logits(self: __torch__.policy.Policy, weights: List[Tensor], ids: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    keys : List[Tensor] = []
    values : List[Tensor] = []
    return self.logits_of(weights, self.read(weights, ids.unsqueeze(0), cos, sin, keys, values))

  # Reads the prompts once each. ids: [N, L], lengths: [N]. Returns the logits for the first token of
  # each completion [B, V], then the cache (cache.py) with room for the completions' first `room` tokens.
  def prefill(self: __torch__.policy.Policy, weights: List[Tensor], ids: Tensor, lengths: Tensor, cos: Tensor,
              sin: Tensor, group: int, room: int) -> List[Tensor]:
    n, length = ids.size(0), ids.size(1)
    keys : List[Tensor] = []
    values : List[Tensor] = []
    x = self.read(weights, ids, cos, sin, keys, values)
    last = torch.arange(n, device=ids.device) * length + lengths - 1
    logits = self.logits_of(weights, x.index_select(0, last))
    return [logits.repeat_interleave(group, 0)] + __torch__.cache.with_room(keys, values, group, room)

  # Goes on with some of a cache's rows; see cache.py.
  def keep(self: __torch__.policy.Policy, cache: List[Tensor], prompts: Tensor, slots: Tensor, group: int,
           new_slots: Tensor, new_group: int, filled: int, room: int) -> List[Tensor]:
    return __torch__.cache.keep(cache, prompts, slots, group, new_slots, new_group, filled, room)

  # One token further: tokens [R], the ones sampled last, stand `step` tokens after their prompt's
  # end. slots: [R], ascending: row r belongs to prompt slots[r] / group. Returns logits [R, V]. `cache`
  # is what prefill returned after the logits, or keep.
  def decode(self: __torch__.policy.Policy, weights: List[Tensor], cache: List[Tensor], tokens: Tensor,
             lengths: Tensor, slots: Tensor, cos: Tensor, sin: Tensor, group: int, step: int) -> Tensor:
    n, k, d = cache[0].size(0), self.kv_heads, self.head_dim
    x = torch.embedding(weights[0], tokens)
    positions = lengths.repeat_interleave(group).index_select(0, slots) + step
    cos_rows = cos.index_select(0, positions).unsqueeze(1)
    sin_rows = sin.index_select(0, positions).unsqueeze(1)
    mask = __torch__.cache.prompt_mask(lengths, cache[0].size(2), k)
    for number in range(self.layers):
      layer = self.layer(weights, number)
      query, key, value = self.project(layer, x, cos_rows, sin_rows)
      own_key, own_value = cache[number + 2 * self.layers], cache[number + 3 * self.layers]
      own_key.select(1, step).view([n, k, group, d]).copy_(__torch__.cache.by_head(key, slots, n, group))
      own_value.select(1, step).view([n, k, group, d]).copy_(__torch__.cache.by_head(value, slots, n, group))
      query = __torch__.cache.by_head(query.view([query.size(0), k, -1]), slots, n, group)
      attended = __torch__.cache.attend(query.contiguous().view([n * k, -1, d]), cache[number],
                                        cache[number + self.layers], mask, group,
                                        own_key.narrow(1, 0, step + 1), own_value.narrow(1, 0, step + 1))
      x = self.finish(layer, x, __torch__.cache.by_row(attended, slots, n, group))
    return self.logits_of(weights, x)

  # Chooses a token for every row; see sampling.py.
  def choose(self: __torch__.policy.Policy, logits: Tensor, uniforms: Tensor, temperature: float, greedy: bool,
             top_k: int, top_p: float, min_p: float, penalty: float, seen: Tensor, never: Tensor) -> List[Tensor]:
    return __torch__.sampling.choose(logits, uniforms, temperature, greedy, top_k, top_p, min_p, penalty, seen, never)

  # Some rows of a tensor: `seen` for the completions that go on.
  def rows_of(self: __torch__.policy.Policy, x: Tensor, rows: Tensor) -> Tensor:
    return x.index_select(0, rows)

  def distribution(self: __torch__.policy.Policy, logits: Tensor, temperature: float, top_k: int, top_p: float,
                   min_p: float, penalty: float, seen: Tensor) -> Tensor:
    return torch.softmax(__torch__.sampling.warp(logits, temperature, top_k, top_p, min_p, penalty, seen), -1)
