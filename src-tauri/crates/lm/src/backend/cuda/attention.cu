// Causal grouped-query attention over packed sequences, forward and backward.
//
// The backward pass recomputes the weights from `lse` and takes two kernels,
// one per block of keys and one per block of queries: about 40 % more products
// than one kernel with atomic sums, but the same bits in every run.
//
// Buffers: bf16 rows of heads, row stride in numbers (a multiple of 8, the
// first number at a multiple of 16 bytes). `lse` (natural logarithm of the sum
// of exponentials of the scaled scores) and `delta` are f32 `[query heads,
// rows]`. `group` query heads share a key/value head. Rows outside the
// sequences of the work list are neither read nor written.
//
// Launch: grid (heads, work items), so that a list sorted by falling work is
// taken longest first over all heads; 128 threads; dynamic shared memory in
// bytes as `*_shared` below says. Heads are query heads, or key/value heads in
// `backward_kv`. A work item is one tile of a sequence: a multiple of `*_TILE`
// rows from its beginning.
//
//   D                      16     32     64     96    128
//   forward      rows     128    128    128    128    128   queries
//                bytes  12288  24576  49152  73728  98304
//   backward_kv  rows     128    128    128     64     64   keys
//                bytes  12800  25088  49664  74752  99328
//   backward_q   rows     128    128    128    128    128   queries
//                bytes  12288  24576  49152  73728  98304
//
// `delta` runs over rows x heads: grid (ceil(rows heads lanes / 256)), 256
// threads, no shared memory; lanes = 2, 4, 8, 16, 16 by D.
#include "mma.cuh"

/// One tile of a sequence.
struct alignas(16) Work {
    int start;  // the sequence's first row
    int length; // its rows
    int first;  // the tile's first row, counted from `start`
    int unused;
};

constexpr int WARPS = 4, THREADS = 32 * WARPS;
constexpr float LOG2_E = 1.44269504089f, LN_2 = 0.69314718056f;

/// `MT`: blocks of 16 rows per warp. `N`: rows of the tiles that are streamed.
HOST_DEVICE constexpr int tile_rows(int mt) { return 16 * WARPS * mt; }
HOST_DEVICE constexpr int forward_shared(int d, int mt, int n) { return (tile_rows(mt) + 4 * n) * d * 2; }
HOST_DEVICE constexpr int backward_q_shared(int d, int mt, int n) { return (2 * tile_rows(mt) + 4 * n) * d * 2; }
HOST_DEVICE constexpr int backward_kv_shared(int d, int mt, int n) {
    return (2 * tile_rows(mt) + 4 * n) * d * 2 + 4 * n * 4;
}

HOST_DEVICE constexpr int at_most(int a, int b) { return a < b ? a : b; }

template <int D, int MT, int N>
DEVICE void forward(const bf16* q, const bf16* k, const bf16* v, bf16* out, float* lse,
                    const Work* work, int rows, int q_stride, int k_stride, int v_stride,
                    int out_stride, int group, float scale) {
    constexpr int M = tile_rows(MT), TILE = N * D * 2;
    SHARED_MEMORY(memory);
    const u32 s_q = shared_address(memory), s_k = s_q + M * D * 2, s_v = s_k + 2 * TILE;
    const Work w = work[blockIdx.y];
    const int head = blockIdx.x, warp = threadIdx.x / 32;
    const int row0 = w.first + warp * 16 * MT; // the warp's first query
    const int g = lane() / 4, t = lane() % 4;

    q += (long long)(w.start + w.first) * q_stride + head * D;
    k += (long long)w.start * k_stride + head / group * D;
    v += (long long)w.start * v_stride + head / group * D;
    copy_tile<D, M, THREADS>(s_q, q, q_stride, w.length - w.first);
    auto load = [&](int tile, int stage) {
        const int first = tile * N, valid = w.length - first;
        copy_tile<D, N, THREADS>(s_k + stage * TILE, k + (long long)first * k_stride, k_stride, valid);
        copy_tile<D, N, THREADS>(s_v + stage * TILE, v + (long long)first * v_stride, v_stride, valid);
    };

    float acc[MT][D / 8][4], max[MT][2], sum[MT][2];
    clear(acc);
    UNROLL
    for (int i = 0; i < MT * 2; ++i) {
        max[i / 2][i % 2] = -INFINITY;
        sum[i / 2][i % 2] = 0.0f;
    }
    const float to_log2 = scale * LOG2_E;

    // From the diagonal back to the first key.
    int tile = (at_most(w.first + M, w.length) + N - 1) / N - 1, stage = 0;
    load(tile, stage);
    for (; tile >= 0; --tile, stage ^= 1) {
        copies_done();
        __syncthreads();
        if (tile > 0) load(tile - 1, stage ^ 1);
        const int key0 = tile * N;
        if (key0 >= row0 + 16 * MT || row0 >= w.length) continue; // nothing to see, or no queries

        float s[MT][N / 8][4];
        clear(s);
        multiply_transposed<D>(s, s_q + warp * 16 * MT * D * 2, s_k + stage * TILE);
        if (key0 + N - 1 > row0) {
            UNROLL
            for (int m = 0; m < MT; ++m) {
                UNROLL
                for (int i = 0; i < N / 2; ++i) {
                    const int row = row0 + m * 16 + i % 4 / 2 * 8 + g, key = key0 + i / 4 * 8 + t * 2 + i % 2;
                    if (key > row) s[m][i / 4][i % 4] = -INFINITY;
                }
            }
        }
        UNROLL
        for (int m = 0; m < MT; ++m) {
            UNROLL
            for (int r = 0; r < 2; ++r) {
                float top = max[m][r];
                UNROLL
                for (int n = 0; n < N / 8; ++n) top = fmaxf(top, fmaxf(s[m][n][r * 2], s[m][n][r * 2 + 1]));
                top = fmaxf(top, across(top, 1));
                top = fmaxf(top, across(top, 2));
                // Every row of a tile that is not skipped sees a key.
                const float shift = top * to_log2, by = pow2(max[m][r] * to_log2 - shift);
                max[m][r] = top;
                float part = 0.0f;
                UNROLL
                for (int n = 0; n < N / 8; ++n) {
                    UNROLL
                    for (int i = r * 2; i < r * 2 + 2; ++i) {
                        s[m][n][i] = pow2(s[m][n][i] * to_log2 - shift);
                        part += s[m][n][i];
                    }
                }
                sum[m][r] = sum[m][r] * by + part;
                UNROLL
                for (int n = 0; n < D / 8; ++n) {
                    acc[m][n][r * 2] *= by;
                    acc[m][n][r * 2 + 1] *= by;
                }
            }
        }
        u32 p[MT][N / 16][4];
        pack(p, s);
        multiply<D>(acc, p, s_v + stage * TILE);
    }

    float by[MT][2];
    UNROLL
    for (int m = 0; m < MT; ++m) {
        UNROLL
        for (int r = 0; r < 2; ++r) {
            float all = sum[m][r];
            all += across(all, 1);
            all += across(all, 2);
            by[m][r] = 1.0f / all;
            const int row = row0 + m * 16 + r * 8 + g;
            if (t == 0 && row < w.length) {
                lse[(long long)head * rows + w.start + row] = max[m][r] * scale + log2f(all) * LN_2;
            }
        }
    }
    out += (long long)(w.start + row0) * out_stride + head * D;
    store_rows<D>(out, out_stride, w.length - row0, s_q + warp * 16 * MT * D * 2, acc, by);
}

/// Lanes that sum one head of one row: 16-byte chunks, rounded up to 2^n.
HOST_DEVICE constexpr int delta_lanes(int d) { return d == 96 ? 16 : d / 8; }

template <int D>
DEVICE void delta_of(const bf16* out, const bf16* d_out, float* delta, int rows, int heads,
                     int out_stride, int d_out_stride) {
    constexpr int LANES = delta_lanes(D);
    const long long n = ((long long)blockIdx.x * 256 + threadIdx.x) / LANES;
    const int part = threadIdx.x % LANES, head = (int)(n % heads);
    const long long row = n / heads;
    float sum = 0.0f;
    if (row < rows && part < D / 8) {
        const Chunk a = *reinterpret_cast<const Chunk*>(out + row * out_stride + head * D + part * 8);
        const Chunk b = *reinterpret_cast<const Chunk*>(d_out + row * d_out_stride + head * D + part * 8);
        sum = bf16_low(a.x) * bf16_low(b.x) + bf16_high(a.x) * bf16_high(b.x) +
              bf16_low(a.y) * bf16_low(b.y) + bf16_high(a.y) * bf16_high(b.y) +
              bf16_low(a.z) * bf16_low(b.z) + bf16_high(a.z) * bf16_high(b.z) +
              bf16_low(a.w) * bf16_low(b.w) + bf16_high(a.w) * bf16_high(b.w);
    }
    UNROLL
    for (int bits = LANES / 2; bits > 0; bits /= 2) sum += across(sum, bits);
    if (row < rows && part == 0) delta[head * (long long)rows + row] = sum;
}

/// Gradients of one tile of keys and values. Scores are computed transposed,
/// keys by queries, so that the weights are in place for `Pᵀ dO` and `dSᵀ Q`.
template <int D, int MT, int N>
DEVICE void backward_kv(const bf16* q, const bf16* k, const bf16* v, const bf16* d_out,
                        const float* lse, const float* delta, bf16* dk, bf16* dv, const Work* work,
                        int rows, int q_stride, int k_stride, int v_stride, int d_out_stride,
                        int dk_stride, int dv_stride, int group, float scale) {
    constexpr int M = tile_rows(MT), TILE = N * D * 2;
    static_assert(2 * N <= THREADS, "a thread copies one number of lse or delta");
    SHARED_MEMORY(memory);
    const u32 s_k = shared_address(memory), s_v = s_k + M * D * 2;
    const u32 s_q = s_v + M * D * 2, s_do = s_q + 2 * TILE, s_lse = s_do + 2 * TILE;
    const Work w = work[blockIdx.y];
    const int kv_head = blockIdx.x, warp = threadIdx.x / 32;
    const int key0 = w.first + warp * 16 * MT; // the warp's first key
    const int g = lane() / 4, t = lane() % 4;
    const u32 own = warp * 16 * MT * D * 2; // the warp's rows of a tile

    k += (long long)(w.start + w.first) * k_stride + kv_head * D;
    v += (long long)(w.start + w.first) * v_stride + kv_head * D;
    copy_tile<D, M, THREADS>(s_k, k, k_stride, w.length - w.first);
    copy_tile<D, M, THREADS>(s_v, v, v_stride, w.length - w.first);
    q += (long long)w.start * q_stride;
    d_out += (long long)w.start * d_out_stride;
    auto load = [&](int head, int first, int stage) {
        const int valid = w.length - first;
        const bf16* from_q = q + (long long)first * q_stride + head * D;
        const bf16* from_do = d_out + (long long)first * d_out_stride + head * D;
        copy_tile<D, N, THREADS>(s_q + stage * TILE, from_q, q_stride, valid);
        copy_tile<D, N, THREADS>(s_do + stage * TILE, from_do, d_out_stride, valid);
        const int i = threadIdx.x % N;
        if (threadIdx.x < 2 * N) {
            const float* from = (threadIdx.x < N ? lse : delta) + (long long)head * rows + w.start;
            copy_4(s_lse + (stage * 2 * N + threadIdx.x) * 4, from + (i < valid ? first + i : 0), i < valid);
        }
    };

    float acc_k[MT][D / 8][4], acc_v[MT][D / 8][4];
    clear(acc_k);
    clear(acc_v);
    const float to_log2 = scale * LOG2_E;

    // The group's heads one after the other, each from the diagonal down.
    const int begin = w.first / N * N, last_head = (kv_head + 1) * group;
    int head = kv_head * group, query0 = begin, stage = 0;
    load(head, query0, stage);
    while (head < last_head) {
        copies_done();
        __syncthreads();
        int next_head = head, next = query0 + N;
        if (next >= w.length) {
            next = begin;
            ++next_head;
        }
        if (next_head < last_head) load(next_head, next, stage ^ 1);

        if (query0 + N > key0 && key0 < w.length) {
            const u32 tile_q = s_q + stage * TILE, tile_do = s_do + stage * TILE;
            const u32 tile_lse = s_lse + stage * 2 * N * 4;
            float s[MT][N / 8][4];
            u32 p[MT][N / 16][4];
            clear(s);
            multiply_transposed<D>(s, s_k + own, tile_q);
            UNROLL
            for (int n = 0; n < N / 8; ++n) {
                float l[2];
                load_shared(l[0], l[1], tile_lse + (n * 8 + t * 2) * 4);
                UNROLL
                for (int m = 0; m < MT; ++m) {
                    UNROLL
                    for (int i = 0; i < 4; ++i) {
                        s[m][n][i] = pow2(s[m][n][i] * to_log2 - l[i % 2] * LOG2_E);
                    }
                }
            }
            if (query0 < key0 + 16 * MT - 1) {
                UNROLL
                for (int m = 0; m < MT; ++m) {
                    UNROLL
                    for (int i = 0; i < N / 2; ++i) {
                        const int key = key0 + m * 16 + i % 4 / 2 * 8 + g;
                        const int row = query0 + i / 4 * 8 + t * 2 + i % 2;
                        if (key > row) s[m][i / 4][i % 4] = 0.0f;
                    }
                }
            }
            pack(p, s);
            multiply<D>(acc_v, p, tile_do);

            float d[MT][N / 8][4];
            clear(d);
            multiply_transposed<D>(d, s_v + own, tile_do);
            UNROLL
            for (int n = 0; n < N / 8; ++n) {
                float mean[2];
                load_shared(mean[0], mean[1], tile_lse + (N + n * 8 + t * 2) * 4);
                UNROLL
                for (int m = 0; m < MT; ++m) {
                    UNROLL
                    for (int i = 0; i < 4; ++i) s[m][n][i] *= d[m][n][i] - mean[i % 2];
                }
            }
            pack(p, s);
            multiply<D>(acc_k, p, tile_q);
        }
        head = next_head;
        query0 = next;
        stage ^= 1;
    }

    float by_k[MT][2], by_v[MT][2];
    UNROLL
    for (int i = 0; i < MT * 2; ++i) {
        by_k[i / 2][i % 2] = scale;
        by_v[i / 2][i % 2] = 1.0f;
    }
    dk += (long long)(w.start + key0) * dk_stride + kv_head * D;
    dv += (long long)(w.start + key0) * dv_stride + kv_head * D;
    store_rows<D>(dk, dk_stride, w.length - key0, s_k + own, acc_k, by_k);
    store_rows<D>(dv, dv_stride, w.length - key0, s_v + own, acc_v, by_v);
}

/// Gradients of one tile of queries.
template <int D, int MT, int N>
DEVICE void backward_q(const bf16* q, const bf16* k, const bf16* v, const bf16* d_out,
                       const float* lse, const float* delta, bf16* dq, const Work* work, int rows,
                       int q_stride, int k_stride, int v_stride, int d_out_stride, int dq_stride,
                       int group, float scale) {
    constexpr int M = tile_rows(MT), TILE = N * D * 2;
    SHARED_MEMORY(memory);
    const u32 s_q = shared_address(memory), s_do = s_q + M * D * 2;
    const u32 s_k = s_do + M * D * 2, s_v = s_k + 2 * TILE;
    const Work w = work[blockIdx.y];
    const int head = blockIdx.x, warp = threadIdx.x / 32;
    const int row0 = w.first + warp * 16 * MT; // the warp's first query
    const int g = lane() / 4, t = lane() % 4;
    const u32 own = warp * 16 * MT * D * 2; // the warp's rows of a tile

    q += (long long)(w.start + w.first) * q_stride + head * D;
    d_out += (long long)(w.start + w.first) * d_out_stride + head * D;
    k += (long long)w.start * k_stride + head / group * D;
    v += (long long)w.start * v_stride + head / group * D;
    copy_tile<D, M, THREADS>(s_q, q, q_stride, w.length - w.first);
    copy_tile<D, M, THREADS>(s_do, d_out, d_out_stride, w.length - w.first);
    auto load = [&](int tile, int stage) {
        const int first = tile * N, valid = w.length - first;
        copy_tile<D, N, THREADS>(s_k + stage * TILE, k + (long long)first * k_stride, k_stride, valid);
        copy_tile<D, N, THREADS>(s_v + stage * TILE, v + (long long)first * v_stride, v_stride, valid);
    };

    float acc[MT][D / 8][4], shift[MT][2], mean[MT][2];
    clear(acc);
    UNROLL
    for (int m = 0; m < MT; ++m) {
        UNROLL
        for (int r = 0; r < 2; ++r) {
            const int row = row0 + m * 16 + r * 8 + g;
            const long long at = (long long)head * rows + w.start + row;
            shift[m][r] = row < w.length ? lse[at] * LOG2_E : 0.0f;
            mean[m][r] = row < w.length ? delta[at] : 0.0f;
        }
    }
    const float to_log2 = scale * LOG2_E;

    int tile = (at_most(w.first + M, w.length) + N - 1) / N - 1, stage = 0;
    load(tile, stage);
    for (; tile >= 0; --tile, stage ^= 1) {
        copies_done();
        __syncthreads();
        if (tile > 0) load(tile - 1, stage ^ 1);
        const int key0 = tile * N;
        if (key0 >= row0 + 16 * MT || row0 >= w.length) continue; // nothing to see, or no queries

        float s[MT][N / 8][4], d[MT][N / 8][4];
        clear(s);
        multiply_transposed<D>(s, s_q + own, s_k + stage * TILE);
        clear(d);
        multiply_transposed<D>(d, s_do + own, s_v + stage * TILE);
        UNROLL
        for (int m = 0; m < MT; ++m) {
            UNROLL
            for (int i = 0; i < N / 2; ++i) {
                const int r = i % 4 / 2;
                float& x = s[m][i / 4][i % 4];
                x = pow2(x * to_log2 - shift[m][r]) * (d[m][i / 4][i % 4] - mean[m][r]);
            }
        }
        if (key0 + N - 1 > row0) {
            UNROLL
            for (int m = 0; m < MT; ++m) {
                UNROLL
                for (int i = 0; i < N / 2; ++i) {
                    const int row = row0 + m * 16 + i % 4 / 2 * 8 + g, key = key0 + i / 4 * 8 + t * 2 + i % 2;
                    if (key > row) s[m][i / 4][i % 4] = 0.0f;
                }
            }
        }
        u32 p[MT][N / 16][4];
        pack(p, s);
        multiply<D>(acc, p, s_k + stage * TILE);
    }

    float by[MT][2];
    UNROLL
    for (int i = 0; i < MT * 2; ++i) by[i / 2][i % 2] = scale;
    dq += (long long)(w.start + row0) * dq_stride + head * D;
    store_rows<D>(dq, dq_stride, w.length - row0, s_q + own, acc, by);
}

// `KV_MT` and `KV_N`: the blocks per warp and the streamed rows of backward_kv.
#define KERNELS(D, N, KV_MT, KV_N, Q_N)                                                             \
    static_assert(forward_shared(D, 2, N) <= 101376 &&                                             \
                      backward_kv_shared(D, KV_MT, KV_N) <= 101376 &&                              \
                      backward_q_shared(D, 2, Q_N) <= 101376,                                      \
                  "sm_86 and sm_89 have 99 KB");                                                   \
    extern "C" __global__ void __launch_bounds__(THREADS, 2) attention_forward_##D(                \
        const bf16* q, const bf16* k, const bf16* v, bf16* out, float* lse, const Work* work,      \
        int rows, int q_stride, int k_stride, int v_stride, int out_stride, int group,             \
        float scale) {                                                                             \
        forward<D, 2, N>(q, k, v, out, lse, work, rows, q_stride, k_stride, v_stride, out_stride,  \
                         group, scale);                                                            \
    }                                                                                              \
    extern "C" __global__ void __launch_bounds__(256) attention_delta_##D(                         \
        const bf16* out, const bf16* d_out, float* delta, int rows, int heads, int out_stride,     \
        int d_out_stride) {                                                                        \
        delta_of<D>(out, d_out, delta, rows, heads, out_stride, d_out_stride);                     \
    }                                                                                              \
    extern "C" __global__ void __launch_bounds__(THREADS, 2) attention_backward_kv_##D(            \
        const bf16* q, const bf16* k, const bf16* v, const bf16* d_out, const float* lse,          \
        const float* delta, bf16* dk, bf16* dv, const Work* work, int rows, int q_stride,          \
        int k_stride, int v_stride, int d_out_stride, int dk_stride, int dv_stride, int group,     \
        float scale) {                                                                             \
        backward_kv<D, KV_MT, KV_N>(q, k, v, d_out, lse, delta, dk, dv, work, rows, q_stride,      \
                                    k_stride, v_stride, d_out_stride, dk_stride, dv_stride, group, \
                                    scale);                                                        \
    }                                                                                              \
    extern "C" __global__ void __launch_bounds__(THREADS, 2) attention_backward_q_##D(             \
        const bf16* q, const bf16* k, const bf16* v, const bf16* d_out, const float* lse,          \
        const float* delta, bf16* dq, const Work* work, int rows, int q_stride, int k_stride,      \
        int v_stride, int d_out_stride, int dq_stride, int group, float scale) {                   \
        backward_q<D, 2, Q_N>(q, k, v, d_out, lse, delta, dq, work, rows, q_stride, k_stride,      \
                              v_stride, d_out_stride, dq_stride, group, scale);                    \
    }

KERNELS(16, 64, 2, 32, 32)
KERNELS(32, 64, 2, 32, 32)
KERNELS(64, 64, 2, 32, 32)
KERNELS(96, 64, 1, 64, 32)
KERNELS(128, 64, 1, 64, 32)
