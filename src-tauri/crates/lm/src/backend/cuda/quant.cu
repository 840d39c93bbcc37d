// Block-quantised weights on the device: whole matrices or single rows become
// bf16 just before they are used. Formats are ggml's (see ../../weights/quant.rs).

#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <stdint.h>

typedef __nv_bfloat16 bf16;

enum Kind { Q8_0 = 0, Q4_0 = 1, Q4_1 = 2 };

__device__ __forceinline__ float half_at(const uint8_t* p) {
    return __half2float(__ushort_as_half((unsigned short)(p[0] | (p[1] << 8))));
}

// Element i (0..31) of a block of 32.
__device__ __forceinline__ float element(int kind, const uint8_t* block, int i) {
    const float scale = half_at(block);
    if (kind == Q8_0) return (float)(int8_t)block[2 + i] * scale;
    const uint8_t* nibbles = block + (kind == Q4_0 ? 2 : 4);
    const uint8_t byte = nibbles[i & 15];
    const float q = (float)(i < 16 ? (byte & 15) : (byte >> 4));
    return kind == Q4_0 ? (q - 8.0f) * scale : q * scale + half_at(block + 2);
}

// Row `order[r]` (or r) of the stored matrix becomes row r of `to`.
// One block a row; `blocks` blocks of 32 a row, `size` bytes each.
extern "C" __global__ void dequantise(const uint8_t* weight, const uint32_t* order, int kind, int blocks, int size,
                                      bf16* to) {
    const uint32_t from = order ? order[blockIdx.x] : blockIdx.x;
    const uint8_t* row = weight + (size_t)from * blocks * size;
    bf16* out = to + (size_t)blockIdx.x * blocks * 32;
    for (int i = threadIdx.x; i < blocks * 32; i += blockDim.x)
        out[i] = __float2bfloat16_rn(element(kind, row + (size_t)(i >> 5) * size, i & 31));
}
