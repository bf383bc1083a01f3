# The way through the layers and back, for training: prompts and completions with shared prefixes, as one flat
# list of rows: first the prompts' N * L, then the completions' B * Q (Q inputs each: all tokens but the last).
# Shapes are written as in policy.py.
#
# All but attention is differentiated by hand: products by the fastest kernel each, norms and the MLP's gate so that
# less is kept than autograd would keep. Attention is autograd's, from the leaves that products give.

# What the way back needs of one layer.
class Trace(NamedTuple):
  x : Tensor          # [rows, hidden]
  qkv : List[Tensor]  # leaves: query, key and value before positions, [rows, H * D or K * D]
  extra : List[Tensor] # leaves: the layer's biases and norms of query and key
  attended : Tensor   # of all these leaves: [rows, H * D]
  middle : Tensor     # [rows, hidden]: x and what attention adds
  gate : Tensor       # [rows, intermediate]
  up : Tensor
  mixed : Tensor      # SiLU of gate, times up

# What every layer's attention needs to know.
class Places(NamedTuple):
  prompts : int  # N
  group : int
  length : int   # L
  inputs : int   # Q
  cos : Tensor   # [rows, 1, D]
  sin : Tensor
  mask : Tensor  # see group_mask

# Gradients on their way. into: like the trained weights. first: they are the first, and their memory is taken when
# they come, while that of traces is given back; else they are added to what is there. whole: all weights are
# trained, else only adapters.
class Gradients(NamedTuple):
  into : List[Tensor]
  first : bool
  whole : bool

# A micro-batch on its way through the layers, and back if it trains.
class Way(NamedTuple):
  weights : List[Tensor]
  cast : List[Tensor]  # the same in the number format of products
  at : __torch__.passes.Places
  x : List[Tensor]     # one tensor: what the next layer takes; on the way back the gradient of what it gave
  traces : List[__torch__.passes.Trace]  # of the layers that are to be gone back through
  trains : bool
  to : __torch__.passes.Gradients

# The places of a run of trained weights: [from, from + count).
def taken(to: __torch__.passes.Gradients, start: int, count: int) -> List[Tensor]:
  for i in range(start, start + count):
    if to.first:
      to.into[i] = torch.empty_like(to.into[i])
  return to.into[start:start + count]

def leaf(x: Tensor) -> Tensor:
  return x.detach().requires_grad_(True)

# lengths: [N]; rows: how many there are in all; cos, sin: by position.
def places(policy: __torch__.policy.Policy, lengths: Tensor, length: int, group: int, rows: int, cos: Tensor,
           sin: Tensor) -> __torch__.passes.Places:
  n = lengths.size(0)
  inputs = (rows - n * length) // (n * group)
  counted = torch.arange(max(length, inputs), device=lengths.device)
  own = (lengths.repeat_interleave(group).unsqueeze(1) + counted[:inputs]).reshape([-1])
  positions = torch.cat([counted[:length].repeat([n]), own])
  mask = __torch__.passes.group_mask(policy.heads // policy.kv_heads, lengths, length, group, inputs)
  return __torch__.passes.Places(n, group, length, inputs, cos.index_select(0, positions).unsqueeze(1),
                                 sin.index_select(0, positions).unsqueeze(1), mask)

# A completion token sees the completion up to itself and its prompt's tokens, but no padding.
# The F query heads of a key/value head are stacked as rows: [1 or B, 1, F * Q, S], keys as in `with_prefix`.
def group_mask(per_head: int, lengths: Tensor, length: int, group: int, inputs: int) -> Tensor:
  causal = torch.ones([inputs, inputs], device=lengths.device).tril() > 0
  there = (torch.arange(length, device=lengths.device) < lengths.unsqueeze(1)).repeat_interleave(group, 0)
  if bool(torch.all(there)):
    there = there.narrow(0, 0, 1)
  causal = torch.constant_pad_nd(causal, [0, -inputs % 16])
  there = torch.constant_pad_nd(there, [0, -length % 16])
  rows = there.size(0)
  seen = torch.cat([causal.unsqueeze(0).expand([rows, inputs, -1]), there.unsqueeze(1).expand([rows, inputs, -1])], -1)
  return torch.where(seen, 0.0, float("-inf")).repeat([1, per_head, 1]).unsqueeze(1)

# Each completion's keys (or values), then its prompt's, both in whole vectors: [N, K, L, D] and
# [B, K, Q, D] -> [B, K, S, D].
def with_prefix(prefix: Tensor, own: Tensor, group: int) -> Tensor:
  prefix = __torch__.policy.whole_vectors(prefix)
  n, k, length, d = prefix.size(0), prefix.size(1), prefix.size(2), prefix.size(3)
  shared = prefix.unsqueeze(1).expand([n, group, k, length, d]).reshape([n * group, k, length, d])
  return torch.cat([__torch__.policy.whole_vectors(own), shared], 2)

# Attention of the completions to prompt and self. query: [B * Q, H, D], key and value:
# [B, K, S, D] -> [B * Q, H * D].
def attend_group(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
  rows, k = key.size(0), key.size(1)
  heads, d = query.size(1), query.size(2)
  per_head, inputs = heads // k, query.size(0) // rows
  query = query.reshape([rows, inputs, k, per_head, d]).permute([0, 2, 3, 1, 4])
  query = query.reshape([rows, k, per_head * inputs, d])
  attended = torch.scaled_dot_product_attention(query, key, value, mask)
  attended = attended.reshape([rows, k, per_head, inputs, d]).permute([0, 3, 1, 2, 4])
  return attended.reshape([rows * inputs, heads * d])

# From query, key and value to what attention gives: [rows, H * D].
def attend(policy: __torch__.policy.Policy, extra: List[Tensor], qkv: List[Tensor],
           at: __torch__.passes.Places) -> Tensor:
  if policy.qkv_bias:
    biases = extra[0].split_with_sizes(policy.qkv_rows(), 0)
    qkv = [qkv[i] + biases[i] for i in range(3)]
  query, key, value = [part.view([part.size(0), -1, policy.head_dim]) for part in qkv]
  if policy.qk_norm:
    query, key = (policy.norm(query, extra[-2]), policy.norm(key, extra[-1]))
  query = __torch__.policy.rotate(query, at.cos, at.sin)
  key = __torch__.policy.rotate(key, at.cos, at.sin)
  n, rows = at.prompts, at.prompts * at.group
  sizes = [n * at.length, rows * at.inputs]
  prompt_query, own_query = query.split_with_sizes(sizes, 0)
  prompt_key, own_key = key.split_with_sizes(sizes, 0)
  prompt_value, own_value = value.split_with_sizes(sizes, 0)
  keys, values = policy.sequences(prompt_key, n), policy.sequences(prompt_value, n)
  # A copy: attention saves its query for the backward pass, and a view would save every row's with it.
  prompts = policy.attend_within(prompt_query.contiguous(), keys, values)
  own_keys = __torch__.passes.with_prefix(keys, policy.sequences(own_key, rows), at.group)
  own_values = __torch__.passes.with_prefix(values, policy.sequences(own_value, rows), at.group)
  completions = __torch__.passes.attend_group(own_query, own_keys, own_values, at.mask)
  return torch.cat([prompts, completions])

# x times each of some stacked matrices, with their adapters. sizes: the matrices' rows.
def products(policy: __torch__.policy.Policy, x: Tensor, stacked: Tensor, sizes: List[int], adapters: List[Tensor],
             places: List[int]) -> List[Tensor]:
  x = x.detach()
  matrices = stacked.detach().split_with_sizes(sizes, 0)
  return [policy.adapter.adapt(__torch__.products.product(x, matrices[i]), x, adapters, [places[i]], [sizes[i]])
          for i in range(len(sizes))]

# The way back of `products`. g: the gradients of its results; into: the stack's gradient, empty if it is not
# trained; adapters_into: the gradients of the layer's adapters. Returns x's gradient.
def products_backward(policy: __torch__.policy.Policy, g: List[Tensor], x: Tensor, stacked: Tensor, sizes: List[int],
                      into: List[Tensor], adapters: List[Tensor], places: List[int], adapters_into: List[Tensor],
                      first: bool) -> Tensor:
  x = x.detach()
  factor = x.to(stacked.dtype)
  row = 0
  parts : List[Tensor] = []
  for i in range(len(sizes)):
    of_result = g[i].to(stacked.dtype)
    parts.append(__torch__.products.linear(of_result, stacked.narrow(0, row, sizes[i]).t()))
    if len(into) > 0:
      __torch__.passes.weight_gradient(of_result, factor, into[0].narrow(0, row, sizes[i]), first)
    if len(adapters) > 0 and places[i] >= 0:
      parts.append(policy.adapter.added_backward(g[i], x, adapters, places[i], adapters_into, first))
    row += sizes[i]
  of_x = parts[0]
  for part in parts[1:]:
    of_x = of_x.add_(part)
  return of_x

# The gradient of a matrix [out, in] whose product with x [rows, in] has the gradient g [rows, out]. oneDNN would
# copy both factors first.
def weight_gradient(g: Tensor, x: Tensor, into: Tensor, first: bool) -> None:
  if g.dtype == into.dtype:
    into.addmm_(g.t(), x, beta=0 if first else 1)
  else:
    __torch__.passes.put(into, torch.mm(g.t(), x), first)

def put(into: Tensor, gradient: Tensor, first: bool) -> None:
  if first:
    into.copy_(gradient)
  else:
    into.add_(gradient)

# Back through attention: the gradients of its leaves, from that of its result.
def attend_backward(attended: Tensor, leaves: List[Tensor], g: Tensor) -> List[Tensor]:
  given : List[Optional[Tensor]] = [g]
  found : List[Tensor] = []
  for each in torch.grad([attended], leaves, given):
    assert each is not None, "a leaf has no part in attention"
    found.append(each)
  return found

# Back through the MLP's gate: mixed = gate * open * up with open = sigmoid(gate), so
#   d gate = open * up + (1 - open) * mixed,   d up = gate * open.
# g: the gradient of `mixed`. Returns gate's and up's.
def mixed_backward(g: Tensor, gate: Tensor, up: Tensor, mixed: Tensor) -> List[Tensor]:
  open = torch.sigmoid(gate)
  of_gate = torch.lerp(mixed, up, open).mul_(g)
  return [of_gate, open.mul_(gate).mul_(g)]

# One layer. Returns the trace, and what the next one takes: [rows, hidden].
def layer_forward(policy: __torch__.policy.Policy, layer: __torch__.policy.Layer, x: Tensor,
                  at: __torch__.passes.Places) -> Tuple[__torch__.passes.Trace, Tensor]:
  adapter, adapters, width = policy.adapter, layer.adapters, x.size(1)
  normed = policy.norm(x, layer.input_norm)
  found = __torch__.passes.products(policy, normed, layer.qkv, policy.qkv_rows(), adapters, policy.qkv_places())
  qkv = [__torch__.passes.leaf(part.to(6)) for part in found]
  extra = [__torch__.passes.leaf(each) for each in layer.extra]
  attended = __torch__.passes.attend(policy, extra, qkv, at)
  middle = x + __torch__.passes.products(policy, attended, layer.o, [width], adapters, [adapter.o_proj])[0]
  normed = policy.norm(middle, layer.post_norm)
  half = layer.gate_up.size(0) // 2
  found = __torch__.passes.products(policy, normed, layer.gate_up, [half, half], adapters, policy.gate_up_places())
  gate, up = found
  mixed = torch.silu(gate).mul_(up)
  added = __torch__.passes.products(policy, mixed, layer.down, [width], adapters, [adapter.down_proj])[0]
  return (__torch__.passes.Trace(x, qkv, extra, attended, middle, gate, up, mixed), middle + added)

# Back through one layer. g: the gradient of what it gave. Returns that of what it took.
def layer_backward(policy: __torch__.policy.Policy, layer: __torch__.policy.Layer, number: int,
                   trace: __torch__.passes.Trace, g: Tensor, to: __torch__.passes.Gradients) -> Tensor:
  adapter, adapters, own = policy.adapter, layer.adapters, policy.adapter.layer_tensors
  into : List[Tensor] = []
  adapters_into : List[Tensor] = []
  if to.whole:
    into = __torch__.passes.taken(to, policy.head + 2 + number * policy.layer_tensors, policy.layer_tensors)
  else:
    adapters_into = __torch__.passes.taken(to, number * own, own)
  width, half = g.size(1), layer.gate_up.size(0) // 2

  of_mixed = __torch__.passes.products_backward(policy, [g], trace.mixed, layer.down, [width], into[5:6], adapters,
                                                [adapter.down_proj], adapters_into, to.first)
  of_gate_up = __torch__.passes.mixed_backward(of_mixed.to(trace.mixed.dtype), trace.gate, trace.up, trace.mixed)
  scaled, inverse = policy.scaled_by_rms(trace.middle)
  of_normed = __torch__.passes.products_backward(policy, of_gate_up, scaled * layer.post_norm, layer.gate_up,
                                                 [half, half], into[4:5], adapters, policy.gate_up_places(),
                                                 adapters_into, to.first)
  g = __torch__.passes.norm_backward(of_normed, scaled, inverse, layer.post_norm, into[3:4], to.first).add_(g)

  of_attended = __torch__.passes.products_backward(policy, [g], trace.attended, layer.o, [width], into[2:3], adapters,
                                                   [adapter.o_proj], adapters_into, to.first)
  leaves = trace.qkv + trace.extra if to.whole else trace.qkv
  found = __torch__.passes.attend_backward(trace.attended, leaves, of_attended)
  for i in range(len(leaves) - 3):
    __torch__.passes.put(into[6 + i], found[3 + i], to.first)
  scaled, inverse = policy.scaled_by_rms(trace.x)
  of_normed = __torch__.passes.products_backward(policy, found[:3], scaled * layer.input_norm, layer.qkv,
                                                 policy.qkv_rows(), into[1:2], adapters, policy.qkv_places(),
                                                 adapters_into, to.first)
  return __torch__.passes.norm_backward(of_normed, scaled, inverse, layer.input_norm, into[:1], to.first).add_(g)

# Back through a norm, whose result y = scaled * weight, scaled = x * inverse, has the gradient g:
#   d weight = sum of g * scaled over rows,
#   d x = inverse * (g * weight - scaled * mean of g * weight * scaled over the row).
# into: the weight's gradient, empty if it is not trained. Overwrites g. Returns x's.
def norm_backward(g: Tensor, scaled: Tensor, inverse: Tensor, weight: Tensor, into: List[Tensor],
                  first: bool) -> Tensor:
  products = g * scaled
  if len(into) > 0:
    __torch__.passes.put(into[0], products.sum([0]), first)
  mean = torch.mv(products, weight).unsqueeze(1) / g.size(1)
  return g.mul_(weight).addcmul_(scaled, mean, value=-1).mul_(inverse)
