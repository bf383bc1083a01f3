# Products of rows with a weight matrix, in fp32 or bf16, by whichever library is fastest at them.

# Whether oneDNN multiplies. A weight that was packed for it (see pack_matrix) knows its own kernel. On a CPU oneDNN
# is also faster than MKL, which libtorch takes for fp32, but not for small products. oneDNN's has no gradient: what
# is trained goes by passes.py.
def for_onednn(x: Tensor, weight: Tensor) -> bool:
  multiplications = x.size(0) * x.size(1) * weight.size(0)
  return weight.is_mkldnn or (x.is_cpu and weight.dtype == 6 and multiplications > 20000000)

# x [rows, in] times a matrix [out, in], multiplied in the matrix's number format (fp32 or bf16), which is the
# result's too.
def product(x: Tensor, weight: Tensor) -> Tensor:
  x = x.to(weight.dtype)
  if __torch__.products.for_onednn(x, weight):
    return ops.mkldnn._linear_pointwise(x, weight, None, "none", annotate(List[Optional[number]], []), None)
  return torch.linear(x, weight)

# The same with the result in fp32: all that is not between two matrix products is fp32.
def linear(x: Tensor, weight: Tensor) -> Tensor:
  return __torch__.products.product(x, weight).to(6)

# The residual stream [rows, out] and what a matrix adds to it. In fp32 oneDNN's product adds by itself.
def added(stream: Tensor, x: Tensor, weight: Tensor) -> Tensor:
  if weight.dtype == 6 and __torch__.products.for_onednn(x, weight):
    return ops.mkldnn._linear_pointwise(x, stream, weight, None, "add")
  return stream + __torch__.products.linear(x, weight)

# Asks what the machine can do: a matrix that meets about `rows` rows at a time, repacked for oneDNN where
# that has a kernel for the format (15 is bf16), else only in that format, which may be the very tensor. Packed on a
# CPU only.
def pack_matrix(weight: Tensor, rows: int, format: int) -> Tensor:
  w = weight.to(format)
  if not w.is_cpu or (format == 15 and not ops.mkldnn._is_mkldnn_bf16_supported()):
    return w
  return ops.mkldnn._reorder_linear_weight(w, rows)
