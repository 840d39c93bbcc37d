// Elementwise, row-wise and optimiser kernels of the CUDA device. Activations
// are bf16, every sum and every transcendental is f32, nothing is added
// atomically: the same inputs give the same bits. Each kernel is the formula of
// its CPU counterpart in ../cpu; rows and widths are as there.

#include <cuda_bf16.h>
#include <stdint.h>

typedef __nv_bfloat16 bf16;

// Eight numbers at a time: one 16-byte access.
struct alignas(16) Eight {
    __nv_bfloat162 pair[4];
};

__device__ __forceinline__ void unpack(const Eight& e, float* to) {
#pragma unroll
    for (int i = 0; i < 4; i++) {
        const float2 f = __bfloat1622float2(e.pair[i]);
        to[2 * i] = f.x;
        to[2 * i + 1] = f.y;
    }
}

__device__ __forceinline__ Eight pack(const float* from) {
    Eight e;
#pragma unroll
    for (int i = 0; i < 4; i++) e.pair[i] = __floats2bfloat162_rn(from[2 * i], from[2 * i + 1]);
    return e;
}

__device__ __forceinline__ Eight load8(const bf16* p) { return *reinterpret_cast<const Eight*>(p); }
__device__ __forceinline__ void store8(bf16* p, const Eight& e) { *reinterpret_cast<Eight*>(p) = e; }

__device__ __forceinline__ float warp_sum(float v) {
#pragma unroll
    for (int d = 16; d > 0; d >>= 1) v += __shfl_xor_sync(0xffffffffu, v, d);
    return v;
}

__device__ __forceinline__ float warp_max(float v) {
#pragma unroll
    for (int d = 16; d > 0; d >>= 1) v = fmaxf(v, __shfl_xor_sync(0xffffffffu, v, d));
    return v;
}

// Sum over the block, the same in every thread. `room` holds 33 floats.
__device__ float block_sum(float v, float* room) {
    const int warp = threadIdx.x >> 5, lane = threadIdx.x & 31, warps = (blockDim.x + 31) >> 5;
    v = warp_sum(v);
    __syncthreads();
    if (lane == 0) room[warp] = v;
    __syncthreads();
    if (warp == 0) {
        float s = lane < warps ? room[lane] : 0.0f;
        s = warp_sum(s);
        if (lane == 0) room[32] = s;
    }
    __syncthreads();
    return room[32];
}

__device__ float block_max(float v, float* room) {
    const int warp = threadIdx.x >> 5, lane = threadIdx.x & 31, warps = (blockDim.x + 31) >> 5;
    v = warp_max(v);
    __syncthreads();
    if (lane == 0) room[warp] = v;
    __syncthreads();
    if (warp == 0) {
        float s = lane < warps ? room[lane] : -INFINITY;
        s = warp_max(s);
        if (lane == 0) room[32] = s;
    }
    __syncthreads();
    return room[32];
}

// Randomness without state: ../../rng.rs, number for number.
__device__ __forceinline__ uint64_t mix(uint64_t z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

__device__ __forceinline__ uint64_t random_key(uint64_t seed, uint64_t stream) {
    return mix(seed ^ mix(stream + 0x9E3779B97F4A7C15ull));
}

__device__ __forceinline__ uint64_t random_word(uint64_t key, uint64_t counter) {
    return mix(key + counter * 0x9E3779B97F4A7C15ull);
}

__device__ __forceinline__ float uniform(uint64_t key, uint64_t counter) {
    return (float)(random_word(key, counter) >> 40) * (1.0f / 16777216.0f);
}

// ---- rows -------------------------------------------------------------

// to[i] = table[ids[i]]; grid (rows), any width that is a multiple of 8.
extern "C" __global__ void embed(const bf16* table, const uint32_t* ids, int width, bf16* to) {
    const bf16* from = table + (size_t)ids[blockIdx.x] * width;
    bf16* out = to + (size_t)blockIdx.x * width;
    for (int i = threadIdx.x * 8; i < width; i += blockDim.x * 8) store8(out + i, load8(from + i));
}

// to[i] = x[ids[first + i]].
extern "C" __global__ void gather(const bf16* x, const uint32_t* ids, int first, int width, bf16* to) {
    const bf16* from = x + (size_t)ids[first + blockIdx.x] * width;
    bf16* out = to + (size_t)blockIdx.x * width;
    for (int i = threadIdx.x * 8; i < width; i += blockDim.x * 8) store8(out + i, load8(from + i));
}

// to[ids[first + i]] = x[i].
extern "C" __global__ void scatter(const bf16* x, const uint32_t* ids, int first, int width, bf16* to) {
    const bf16* from = x + (size_t)blockIdx.x * width;
    bf16* out = to + (size_t)ids[first + blockIdx.x] * width;
    for (int i = threadIdx.x * 8; i < width; i += blockDim.x * 8) store8(out + i, load8(from + i));
}

// y[row] += bias.
extern "C" __global__ void add_bias(const bf16* bias, int width, bf16* y) {
    bf16* row = y + (size_t)blockIdx.x * width;
    for (int i = threadIdx.x * 8; i < width; i += blockDim.x * 8) {
        float a[8], b[8];
        unpack(load8(row + i), a);
        unpack(load8(bias + i), b);
#pragma unroll
        for (int j = 0; j < 8; j++) a[j] += b[j];
        store8(row + i, pack(a));
    }
}

// x[row] += magnitude * uniform(-1, 1), numbered from the batch's first row.
extern "C" __global__ void noise(bf16* x, int first, int width, float magnitude, uint64_t seed, uint64_t stream) {
    const size_t at = (size_t)(first + blockIdx.x) * width;
    const uint64_t key = random_key(seed, stream);
    for (int i = threadIdx.x; i < width; i += blockDim.x) {
        const float n = magnitude * (2.0f * uniform(key, at + i) - 1.0f);
        x[at + i] = __float2bfloat16_rn(__bfloat162float(x[at + i]) + n);
    }
}

// ---- RMSNorm ----------------------------------------------------------

// One block a row.
extern "C" __global__ void rms_norm(const bf16* x, const bf16* w, int width, float eps, bf16* y) {
    __shared__ float room[33];
    const bf16* from = x + (size_t)blockIdx.x * width;
    bf16* to = y + (size_t)blockIdx.x * width;
    float sum = 0.0f;
    for (int i = threadIdx.x * 8; i < width; i += blockDim.x * 8) {
        float v[8];
        unpack(load8(from + i), v);
#pragma unroll
        for (int j = 0; j < 8; j++) sum += v[j] * v[j];
    }
    const float by = rsqrtf(block_sum(sum, room) / width + eps);
    for (int i = threadIdx.x * 8; i < width; i += blockDim.x * 8) {
        float v[8], k[8];
        unpack(load8(from + i), v);
        unpack(load8(w + i), k);
#pragma unroll
        for (int j = 0; j < 8; j++) v[j] *= by * k[j];
        store8(to + i, pack(v));
    }
}

// dx (+)= r·w·dy - x·r³·mean(w·dy·x), r the reciprocal root. One block a row.
extern "C" __global__ void rms_norm_backward(const bf16* x, const bf16* w, const bf16* dy, int width, float eps,
                                             bf16* dx, int add) {
    __shared__ float room[33];
    const size_t at = (size_t)blockIdx.x * width;
    float square = 0.0f, dot = 0.0f;
    for (int i = threadIdx.x * 8; i < width; i += blockDim.x * 8) {
        float v[8], k[8], d[8];
        unpack(load8(x + at + i), v);
        unpack(load8(w + i), k);
        unpack(load8(dy + at + i), d);
#pragma unroll
        for (int j = 0; j < 8; j++) {
            square += v[j] * v[j];
            dot += k[j] * d[j] * v[j];
        }
    }
    square = block_sum(square, room);
    dot = block_sum(dot, room);
    const float r = rsqrtf(square / width + eps);
    const float c = r * r * r * dot / width;
    for (int i = threadIdx.x * 8; i < width; i += blockDim.x * 8) {
        float v[8], k[8], d[8], o[8];
        unpack(load8(x + at + i), v);
        unpack(load8(w + i), k);
        unpack(load8(dy + at + i), d);
        if (add) unpack(load8(dx + at + i), o);
#pragma unroll
        for (int j = 0; j < 8; j++) {
            const float g = r * k[j] * d[j] - c * v[j];
            o[j] = add ? o[j] + g : g;
        }
        store8(dx + at + i, pack(o));
    }
}

// The same two for short rows (heads): 8 lanes of 8 numbers for 64, 16 for 128.
// `lanes` divides 32 and lanes * 8 is the width.
extern "C" __global__ void head_norm(const bf16* x, const bf16* w, int rows, int lanes, float eps, bf16* y) {
    const int width = lanes * 8, per_block = blockDim.x / lanes;
    const int row = blockIdx.x * per_block + threadIdx.x / lanes, i = (threadIdx.x % lanes) * 8;
    const bool real = row < rows;
    float v[8], k[8], sum = 0.0f;
    if (real) {
        unpack(load8(x + (size_t)row * width + i), v);
#pragma unroll
        for (int j = 0; j < 8; j++) sum += v[j] * v[j];
    }
    for (int d = lanes >> 1; d > 0; d >>= 1) sum += __shfl_xor_sync(0xffffffffu, sum, d);
    if (!real) return;
    const float by = rsqrtf(sum / width + eps);
    unpack(load8(w + i), k);
#pragma unroll
    for (int j = 0; j < 8; j++) v[j] *= by * k[j];
    store8(y + (size_t)row * width + i, pack(v));
}

extern "C" __global__ void head_norm_backward(const bf16* x, const bf16* w, const bf16* dy, int rows, int lanes,
                                              float eps, bf16* dx, int add) {
    const int width = lanes * 8, per_block = blockDim.x / lanes;
    const int row = blockIdx.x * per_block + threadIdx.x / lanes, i = (threadIdx.x % lanes) * 8;
    const bool real = row < rows;
    const size_t at = (size_t)row * width + i;
    float v[8], k[8], d[8], o[8], square = 0.0f, dot = 0.0f;
    if (real) {
        unpack(load8(x + at), v);
        unpack(load8(w + i), k);
        unpack(load8(dy + at), d);
        if (add) unpack(load8(dx + at), o);
#pragma unroll
        for (int j = 0; j < 8; j++) {
            square += v[j] * v[j];
            dot += k[j] * d[j] * v[j];
        }
    }
    for (int s = lanes >> 1; s > 0; s >>= 1) {
        square += __shfl_xor_sync(0xffffffffu, square, s);
        dot += __shfl_xor_sync(0xffffffffu, dot, s);
    }
    if (!real) return;
    const float r = rsqrtf(square / width + eps);
    const float c = r * r * r * dot / width;
#pragma unroll
    for (int j = 0; j < 8; j++) {
        const float g = r * k[j] * d[j] - c * v[j];
        o[j] = add ? o[j] + g : g;
    }
    store8(dx + at, pack(o));
}

// ---- rotary embedding -------------------------------------------------

// Turns every head of a row by its position, in place. One block a row; `half`
// pairs a head, either half a head apart or side by side; `sign` -1 turns back.
extern "C" __global__ void rope(const float2* turns, const uint32_t* positions, int heads, int half, int interleaved,
                                float sign, bf16* x) {
    const float2* turn = turns + (size_t)positions[blockIdx.x] * half;
    bf16* row = x + (size_t)blockIdx.x * heads * half * 2;
    for (int t = threadIdx.x; t < heads * half / 2; t += blockDim.x) {
        const int p = t * 2, head = p / half, i = p % half;
        const float2 t0 = turn[i], t1 = turn[i + 1];
        bf16* at = row + head * half * 2;
        __nv_bfloat162 *lo, *hi;
        float2 a, b;
        if (interleaved) {
            lo = reinterpret_cast<__nv_bfloat162*>(at + 2 * i);
            hi = lo + 1;
            const float2 first = __bfloat1622float2(*lo), second = __bfloat1622float2(*hi);
            a = make_float2(first.x, second.x);
            b = make_float2(first.y, second.y);
        } else {
            lo = reinterpret_cast<__nv_bfloat162*>(at + i);
            hi = reinterpret_cast<__nv_bfloat162*>(at + half + i);
            a = __bfloat1622float2(*lo);
            b = __bfloat1622float2(*hi);
        }
        const float s0 = t0.y * sign, s1 = t1.y * sign;
        const float2 c = make_float2(a.x * t0.x - b.x * s0, a.y * t1.x - b.y * s1);
        const float2 d = make_float2(b.x * t0.x + a.x * s0, b.y * t1.x + a.y * s1);
        *lo = interleaved ? __floats2bfloat162_rn(c.x, d.x) : __floats2bfloat162_rn(c.x, c.y);
        *hi = interleaved ? __floats2bfloat162_rn(c.y, d.y) : __floats2bfloat162_rn(d.x, d.y);
    }
}

// ---- elementwise, eight numbers a thread ------------------------------

// y = silu(gate) · up.
extern "C" __global__ void swiglu(const bf16* gate, const bf16* up, bf16* y, int64_t eights) {
    const int64_t t = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (t >= eights) return;
    float g[8], u[8];
    unpack(load8(gate + t * 8), g);
    unpack(load8(up + t * 8), u);
#pragma unroll
    for (int j = 0; j < 8; j++) g[j] = g[j] / (1.0f + __expf(-g[j])) * u[j];
    store8(y + t * 8, pack(g));
}

// gate and up become their gradients for dy.
extern "C" __global__ void swiglu_backward(bf16* gate, bf16* up, const bf16* dy, int64_t eights) {
    const int64_t t = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (t >= eights) return;
    float g[8], u[8], d[8];
    unpack(load8(gate + t * 8), g);
    unpack(load8(up + t * 8), u);
    unpack(load8(dy + t * 8), d);
#pragma unroll
    for (int j = 0; j < 8; j++) {
        const float s = 1.0f / (1.0f + __expf(-g[j]));
        const float silu = g[j] * s;
        g[j] = d[j] * u[j] * (s + silu * (1.0f - s));
        u[j] = d[j] * silu;
    }
    store8(gate + t * 8, pack(g));
    store8(up + t * 8, pack(u));
}

// to = a + b.
extern "C" __global__ void add(const bf16* a, const bf16* b, bf16* to, int64_t eights) {
    const int64_t t = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (t >= eights) return;
    float x[8], y[8];
    unpack(load8(a + t * 8), x);
    unpack(load8(b + t * 8), y);
#pragma unroll
    for (int j = 0; j < 8; j++) x[j] += y[j];
    store8(to + t * 8, pack(x));
}

// to = mask · x / (1 - p), or to += …; each word of the
// generator decides four neighbours (../../rng.rs, keeps).
extern "C" __global__ void dropout(const bf16* x, bf16* to, int64_t eights, float p, uint64_t key, int add) {
    const int64_t t = (int64_t)blockIdx.x * blockDim.x + threadIdx.x;
    if (t >= eights) return;
    const float keep = 1.0f / (1.0f - p);
    const uint32_t least = (uint32_t)roundf(p * 65536.0f);
    float v[8], o[8];
    unpack(load8(x + t * 8), v);
    if (add) unpack(load8(to + t * 8), o);
#pragma unroll
    for (int half = 0; half < 2; half++) {
        const uint64_t word = random_word(key, (uint64_t)t * 2 + half);
#pragma unroll
        for (int j = 0; j < 4; j++) {
            const int i = half * 4 + j;
            const float kept = ((word >> (16 * j)) & 0xffff) >= least ? v[i] * keep : 0.0f;
            o[i] = add ? o[i] + kept : kept;
        }
    }
    store8(to + t * 8, pack(o));
}

// ---- cross-entropy ----------------------------------------------------

// nll[first + row] of one row of logits; with a gradient the logits become
// scale · (softmax - onehot). One block a row; any vocabulary.
extern "C" __global__ void cross_entropy(bf16* logits, const uint32_t* targets, int first, int vocab, float scale,
                                         int gradient, float* nll) {
    __shared__ float room[33];
    bf16* row = logits + (size_t)blockIdx.x * vocab;
    const int target = targets[first + blockIdx.x];
    // Rows of an odd vocabulary aren't aligned to 16 bytes.
    const int step = vocab % 8 == 0 ? 8 : 1;
    float most = -INFINITY;
    for (int i = threadIdx.x * step; i < vocab; i += blockDim.x * step) {
        if (step == 8) {
            float v[8];
            unpack(load8(row + i), v);
#pragma unroll
            for (int j = 0; j < 8; j++) most = fmaxf(most, v[j]);
        } else {
            most = fmaxf(most, __bfloat162float(row[i]));
        }
    }
    most = block_max(most, room);
    float sum = 0.0f;
    for (int i = threadIdx.x * step; i < vocab; i += blockDim.x * step) {
        if (step == 8) {
            float v[8];
            unpack(load8(row + i), v);
#pragma unroll
            for (int j = 0; j < 8; j++) sum += __expf(v[j] - most);
        } else {
            sum += __expf(__bfloat162float(row[i]) - most);
        }
    }
    const float at = __bfloat162float(row[target]);
    sum = block_sum(sum, room);
    if (threadIdx.x == 0) nll[first + blockIdx.x] = logf(sum) + most - at;
    if (!gradient) return;
    const float by = scale / sum;
    __syncthreads();
    for (int i = threadIdx.x * step; i < vocab; i += blockDim.x * step) {
        if (step == 8) {
            float v[8];
            unpack(load8(row + i), v);
#pragma unroll
            for (int j = 0; j < 8; j++) v[j] = __expf(v[j] - most) * by - (i + j == target ? scale : 0.0f);
            store8(row + i, pack(v));
        } else {
            row[i] = __float2bfloat16_rn(__expf(__bfloat162float(row[i]) - most) * by - (i == target ? scale : 0.0f));
        }
    }
}

// KL(softmax(base) | softmax(adapted)) of one row of logits. One block a row.
extern "C" __global__ void divergence(const bf16* base, const bf16* adapted, int vocab, float* kl) {
    __shared__ float room[33];
    const bf16* p = base + (size_t)blockIdx.x * vocab;
    const bf16* q = adapted + (size_t)blockIdx.x * vocab;
    float p_most = -INFINITY, q_most = -INFINITY;
    for (int i = threadIdx.x; i < vocab; i += blockDim.x) {
        p_most = fmaxf(p_most, __bfloat162float(p[i]));
        q_most = fmaxf(q_most, __bfloat162float(q[i]));
    }
    p_most = block_max(p_most, room);
    q_most = block_max(q_most, room);
    float p_sum = 0.0f, q_sum = 0.0f, gained = 0.0f;
    for (int i = threadIdx.x; i < vocab; i += blockDim.x) {
        const float a = __bfloat162float(p[i]), b = __bfloat162float(q[i]);
        const float weight = __expf(a - p_most);
        p_sum += weight;
        q_sum += __expf(b - q_most);
        gained += weight * (a - b);
    }
    p_sum = block_sum(p_sum, room);
    q_sum = block_sum(q_sum, room);
    gained = block_sum(gained, room);
    if (threadIdx.x == 0) kl[blockIdx.x] = gained / p_sum - (p_most - q_most) - logf(p_sum / q_sum);
}

// ---- flat f32 ---------------------------------------------------------

// to[i] = bf16(from[i]).
extern "C" __global__ void narrow(const float* from, bf16* to, int64_t len) {
    for (int64_t i = (int64_t)blockIdx.x * blockDim.x + threadIdx.x; i < len; i += (int64_t)gridDim.x * blockDim.x)
        to[i] = __float2bfloat16_rn(from[i]);
}

// part[block] = sum of squares of the block's own stretch, in f64; every
// thread's and the block's order are fixed.
extern "C" __global__ void square_sum(const float* x, int64_t len, double* part) {
    __shared__ double room[256];
    const int64_t stretch = (len + gridDim.x - 1) / gridDim.x;
    const int64_t from = stretch * blockIdx.x, end = min(from + stretch, len);
    double sum = 0.0;
    for (int64_t i = from + threadIdx.x; i < end; i += blockDim.x) sum += (double)x[i] * (double)x[i];
    room[threadIdx.x] = sum;
    __syncthreads();
    for (int half = blockDim.x / 2; half > 0; half >>= 1) {
        if (threadIdx.x < half) room[threadIdx.x] += room[threadIdx.x + half];
        __syncthreads();
    }
    if (threadIdx.x == 0) part[blockIdx.x] = room[0];
}

// One step of AdamW on numbers from..from + len; the order is PyTorch's.
extern "C" __global__ void adamw(float* values, const float* grads, float* m, float* v, int64_t from, int64_t len,
                                 float factor, float decay, float size, float root, float b1, float b2, float c1,
                                 float c2, float epsilon) {
    for (int64_t t = (int64_t)blockIdx.x * blockDim.x + threadIdx.x; t < len; t += (int64_t)gridDim.x * blockDim.x) {
        const int64_t i = from + t;
        const float grad = grads[i] * factor;
        const float first = b1 * m[i] + c1 * grad;
        const float second = b2 * v[i] + c2 * grad * grad;
        m[i] = first;
        v[i] = second;
        values[i] = values[i] * decay - size * (first / (sqrtf(second) / root + epsilon));
    }
}
