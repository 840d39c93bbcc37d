// Block-quantised weights on the device: whole matrices or single rows become
// bf16 just before they are used.

#include "quant.cuh"

#include <cuda_bf16.h>

typedef __nv_bfloat16 bf16;

// Row `order[r]` (or r) of the stored matrix becomes row r of `to`.
// One thread block a row; `blocks` quantised blocks a row, `size` bytes each.
extern "C" __global__ void dequantise(const uint8_t* weight, const uint32_t* order, int kind, int blocks, int size,
                                      bf16* to) {
    const uint32_t from = order ? order[blockIdx.x] : blockIdx.x;
    const uint8_t* row = weight + (size_t)from * blocks * size;
    const int width = block_width(kind);
    bf16* out = to + (size_t)blockIdx.x * blocks * width;
    for (int i = threadIdx.x; i < blocks * width; i += blockDim.x)
        out[i] = __float2bfloat16_rn(element(kind, row + (size_t)(i / width) * size, i % width));
}
