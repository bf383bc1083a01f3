# Low-rank adapters (Hu et al. 2021, arXiv 2106.09685). Beside a matrix W [out, in], which stays as it is,
# stand A [r, in] and B [out, r]; together they compute x (W + scale * B A)^T. In a policy's `weights` they
# come after all other tensors, layer by layer; weights without them compute the base.

class Adapter(Module):
  __parameters__ = []
  __buffers__ = []
  training : bool
  scale : float
  layer_tensors : int  # adapter tensors per layer; 0: there are no adapters
  # Where a matrix's A is among its layer's adapter tensors, its B follows; -1: the matrix has none.
  q_proj : int
  k_proj : int
  v_proj : int
  o_proj : int
  gate_proj : int
  up_proj : int
  down_proj : int

  # What one matrix's adapter adds: [rows, in] -> [rows, width]; zeros if it has none.
  def added(self: __torch__.adapter.Adapter, x: Tensor, tensors: List[Tensor], place: int, width: int) -> Tensor:
    if place < 0:
      return x.new_zeros([x.size(0), width])
    x = x.to(6)
    return torch.mm(torch.mm(x, tensors[place].t()) * self.scale, tensors[place + 1].t())

  # x times stacked matrices is y [rows, sum of widths]; this is y with their adapters. tensors: one layer's.
  def adapt(self: __torch__.adapter.Adapter, y: Tensor, x: Tensor, tensors: List[Tensor], places: List[int],
            widths: List[int]) -> Tensor:
    if len(tensors) == 0 or max(places) < 0:
      return y
    parts = [self.added(x, tensors, places[i], widths[i]) for i in range(len(places))]
    return y + (parts[0] if len(parts) == 1 else torch.cat(parts, 1))

  # Stacked matrices with their adapters put into them: W + scale * B A in the rows of each.
  def merge(self: __torch__.adapter.Adapter, stacked: Tensor, tensors: List[Tensor], places: List[int],
            heights: List[int]) -> Tensor:
    if max(places) < 0:
      return stacked
    merged = stacked.clone()
    row = 0
    for place, height in zip(places, heights):
      if place >= 0:
        merged.narrow(0, row, height).addmm_(tensors[place + 1], tensors[place], alpha=self.scale)
      row += height
    return merged

  # The backward pass of `added`: the gradients of A and B go to their places in `into`, which they are added to
  # or, if they are the first, replace. g: the gradient of what was added. Returns x's: [rows, in].
  def added_backward(self: __torch__.adapter.Adapter, g: Tensor, x: Tensor, tensors: List[Tensor], place: int,
                     into: List[Tensor], first: bool) -> Tensor:
    a, b, kept = tensors[place], tensors[place + 1], 0 if first else 1
    x, g = x.to(6), g.to(6)
    into[place + 1].addmm_(g.t(), torch.mm(x, a.t()), beta=kept, alpha=self.scale)
    inner = torch.mm(g, b) * self.scale
    into[place].addmm_(inner.t(), x, beta=kept)
    return torch.mm(inner, a)
