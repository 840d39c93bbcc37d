// How block-quantised weights are read, one element at a time. Formats are
// ggml's (see ../../weights/quant.rs and kquant.rs); also compiled for the CPU by
// tests/gpu/quant_emulated.cpp, which compares them with gguf-py's values.
#pragma once

#include <stdint.h>

#ifdef __CUDACC__
#include <cuda_fp16.h>
#define READER __device__ __forceinline__
#else
#define READER inline
#endif

enum Kind { Q8_0 = 0, Q4_0 = 1, Q4_1 = 2, Q4_K = 3, Q5_K = 4, Q6_K = 5 };

READER float half_at(const uint8_t* p) {
    const uint16_t bits = (uint16_t)(p[0] | (p[1] << 8));
#ifdef __CUDACC__
    return __half2float(__ushort_as_half(bits));
#else
    _Float16 value;
    __builtin_memcpy(&value, &bits, 2);
    return (float)value;
#endif
}

// Elements of a block.
READER int block_width(int kind) { return kind >= Q4_K ? 256 : 32; }

// Scale and minimum of run `i` of eight, six bits each (kquant.rs, six_bits).
READER void six_bits(const uint8_t* packed, int i, int& scale, int& least) {
    if (i < 4) {
        scale = packed[i] & 63;
        least = packed[i + 4] & 63;
    } else {
        const int low = packed[i + 4];
        scale = (low & 15) | ((packed[i - 4] >> 6) << 4);
        least = (low >> 4) | ((packed[i] >> 6) << 4);
    }
}

// Element e (0..255) of a block of Q4_K or Q5_K.
READER float with_minimum(int kind, const uint8_t* block, int e) {
    int scale, least;
    six_bits(block + 4, e / 32, scale, least);
    const uint8_t byte = block[(kind == Q4_K ? 16 : 48) + e / 64 * 32 + e % 32];
    int q = e % 64 < 32 ? byte & 15 : byte >> 4;
    if (kind == Q5_K) q |= ((block[16 + e % 32] >> (e / 32)) & 1) << 4;
    return half_at(block) * (float)scale * (float)q - half_at(block + 2) * (float)least;
}

// Element e (0..255) of a block of Q6_K.
READER float symmetric(const uint8_t* block, int e) {
    const int part = e / 128, run = e % 128 / 32, i = e % 32;
    const uint8_t low = block[part * 64 + run % 2 * 32 + i], high = block[128 + part * 32 + i];
    const int q = (run < 2 ? low & 15 : low >> 4) | (((high >> (2 * run)) & 3) << 4);
    return half_at(block + 208) * (float)(int8_t)block[192 + e / 16] * ((float)q - 32.0f);
}

// Element i of a block.
READER float element(int kind, const uint8_t* block, int i) {
    if (kind == Q6_K) return symmetric(block, i);
    if (kind >= Q4_K) return with_minimum(kind, block, i);
    const float scale = half_at(block);
    if (kind == Q8_0) return (float)(int8_t)block[2 + i] * scale;
    const uint8_t byte = block[(kind == Q4_0 ? 2 : 4) + (i & 15)];
    const float q = (float)(i < 16 ? (byte & 15) : (byte >> 4));
    return kind == Q4_0 ? (q - 8.0f) * scale : q * scale + half_at(block + 2);
}
