// Attention of new rows over keys and values that stay (caches.rs).
//
// Keys and values lie in pages of 64 positions, a page holding all layers:
// `[layer][keys, values][kv head][64][D]`. A piece of work is one tile of query
// rows and a list of pages that all of them may see; rows of sequences that
// share a prefix stand in one list, so that the prefix is read once a tile for
// all of them. The query heads that share a key/value head are rows of the same
// tile: row `r` of a tile is the batch's row `rows[r / group]` and head
// `kv head * group + r % group`.
//
// What a row sees may be spread over several pieces. Each leaves a part: f32
// weighted values that are not yet divided, the greatest score and the sum of
// weights, `[kv head][part row][D]` and `[kv head][part row][2]`. `combine` puts
// a row's parts together, in the order of its list: the same bits in every run.
//
// Launch: `attend` grid (kv heads, pieces), 128 threads, dynamic shared memory
// of 640 D bytes. `combine` grid (rows, query heads), 64 threads. `store` grid
// (rows), 128 threads.
#include "mma.cuh"

typedef unsigned long long u64;

constexpr int PAGE = 64, CACHED_WARPS = 4, CACHED_THREADS = 32 * CACHED_WARPS, CACHED_ROWS = 16 * CACHED_WARPS;
HOST_DEVICE constexpr int fewer(int a, int b) { return a < b ? a : b; }
constexpr float TO_LOG2 = 1.44269504089f;

/// Positions in one page.
struct alignas(16) Page {
    u64 at;    // its address
    int first; // position of its first key
    int count; // keys that it holds
};

struct alignas(16) Piece {
    int rows, row_count;   // in the list of rows
    int pages, page_count; // in the list of pages
    int part;              // its first part row
    int unused[3];
};

HOST_DEVICE constexpr int cached_shared(int d) { return (CACHED_ROWS + 4 * PAGE) * d * 2; }

template <int D>
DEVICE void attend(const bf16* q, const u32* positions, const u32* rows, const Page* pages, const Piece* pieces,
                   float* sums, float* weights, int part_rows, long long layer_at, int kv_heads, int q_stride,
                   int group, float scale) {
    constexpr int TILE = PAGE * D * 2;
    SHARED_MEMORY(memory);
    const u32 s_q = shared_address(memory), s_k = s_q + CACHED_ROWS * D * 2, s_v = s_k + 2 * TILE;
    const Piece w = pieces[blockIdx.y];
    const int kv = blockIdx.x, warp = threadIdx.x / 32, height = w.row_count * group;
    const int row0 = warp * 16, g = lane() / 4, t = lane() % 4;
    rows += w.rows;
    pages += w.pages;

    UNROLL
    for (int i = 0; i < CACHED_ROWS * (D / 8) / CACHED_THREADS; ++i) {
        const int n = threadIdx.x + i * CACHED_THREADS, r = n / (D / 8), chunk = n % (D / 8);
        const bool valid = r < height;
        const bf16* from = q;
        if (valid) from += (long long)rows[r / group] * q_stride + (kv * group + r % group) * D + chunk * 8;
        copy_16(s_q + chunk_at<D>(r, chunk), from, valid);
    }
    auto load = [&](int n, int stage) {
        const Page page = pages[n];
        const bf16* k = reinterpret_cast<const bf16*>(page.at) + layer_at + (long long)kv * PAGE * D;
        const bf16* v = k + (long long)kv_heads * PAGE * D;
        // What lies beyond the last key is no number, so not even 0 times it.
        copy_tile<D, PAGE, CACHED_THREADS>(s_k + stage * TILE, k, D, page.count);
        copy_tile<D, PAGE, CACHED_THREADS>(s_v + stage * TILE, v, D, page.count);
    };

    // Rows that aren't there see everything, and are not written.
    int position[2];
    UNROLL
    for (int r = 0; r < 2; ++r) {
        const int row = row0 + r * 8 + g;
        position[r] = row < height ? (int)positions[rows[row / group]] : 0x7fffffff;
    }
    float acc[1][D / 8][4], max[2], sum[2];
    clear(acc);
    max[0] = max[1] = -INFINITY;
    sum[0] = sum[1] = 0.0f;
    const float to_log2 = scale * TO_LOG2;

    int stage = 0;
    load(0, stage);
    for (int n = 0; n < w.page_count; ++n, stage ^= 1) {
        copies_done();
        __syncthreads();
        if (n + 1 < w.page_count) load(n + 1, stage ^ 1);
        if (row0 >= height) continue;
        const int first = pages[n].first, count = pages[n].count;

        float s[1][PAGE / 8][4];
        clear(s);
        multiply_transposed<D>(s, s_q + row0 * D * 2, s_k + stage * TILE);
        UNROLL
        for (int r = 0; r < 2; ++r) {
            const int seen = fewer(count, position[r] - first + 1);
            if (seen < PAGE) {
                UNROLL
                for (int i = 0; i < PAGE / 4; ++i) {
                    const int key = i / 2 * 8 + t * 2 + i % 2;
                    if (key >= seen) s[0][i / 2][r * 2 + i % 2] = -INFINITY;
                }
            }
            float top = max[r];
            UNROLL
            for (int i = 0; i < PAGE / 8; ++i) top = fmaxf(top, fmaxf(s[0][i][r * 2], s[0][i][r * 2 + 1]));
            top = fmaxf(top, across(top, 1));
            top = fmaxf(top, across(top, 2));
            // A row may see nothing of what a piece has.
            const float shift = top == -INFINITY ? 0.0f : top * to_log2, by = pow2(max[r] * to_log2 - shift);
            max[r] = top;
            float part = 0.0f;
            UNROLL
            for (int i = 0; i < PAGE / 4; ++i) {
                float& x = s[0][i / 2][r * 2 + i % 2];
                x = pow2(x * to_log2 - shift);
                part += x;
            }
            sum[r] = sum[r] * by + part;
            UNROLL
            for (int i = 0; i < D / 8; ++i) {
                acc[0][i][r * 2] *= by;
                acc[0][i][r * 2 + 1] *= by;
            }
        }
        u32 p[1][PAGE / 16][4];
        pack(p, s);
        multiply<D>(acc, p, s_v + stage * TILE);
    }

    if (row0 >= height) return;
    UNROLL
    for (int r = 0; r < 2; ++r) {
        float all = sum[r];
        all += across(all, 1);
        all += across(all, 2);
        const int row = row0 + r * 8 + g;
        if (row >= height) continue;
        const long long at = (long long)kv * part_rows + w.part + row;
        if (t == 0) {
            weights[at * 2] = max[r] * to_log2;
            weights[at * 2 + 1] = all;
        }
        UNROLL
        for (int i = 0; i < D / 8; ++i) {
            float* to = sums + at * D + i * 8 + t * 2;
            to[0] = acc[0][i][r * 2];
            to[1] = acc[0][i][r * 2 + 1];
        }
    }
}

#define CACHED(D)                                                                                          \
    static_assert(cached_shared(D) == 640 * D, "as caches.rs has it");                                     \
    extern "C" __global__ void __launch_bounds__(CACHED_THREADS, 2) cached_attend_##D(                     \
        const bf16* q, const u32* positions, const u32* rows, const Page* pages, const Piece* pieces,      \
        float* sums, float* weights, int part_rows, long long layer_at, int kv_heads, int q_stride,        \
        int group, float scale) {                                                                          \
        attend<D>(q, positions, rows, pages, pieces, sums, weights, part_rows, layer_at, kv_heads,         \
                  q_stride, group, scale);                                                                 \
    }

CACHED(16)
CACHED(32)
CACHED(64)
CACHED(96)
CACHED(128)

/// One row's head from its parts: part rows `parts[starts[row] .. starts[row + 1]]`
/// of its group's first head.
extern "C" __global__ void cached_combine(const float* sums, const float* weights, const u32* starts, const u32* parts,
                                          int part_rows, int group, int dim, bf16* out, int out_stride) {
    const int row = blockIdx.x, head = blockIdx.y, c = threadIdx.x * 2;
    if (c >= dim) return;
    const long long at = (long long)(head / group) * part_rows + head % group;
    const int begin = starts[row], end = starts[row + 1];
    float top = -INFINITY;
    for (int i = begin; i < end; ++i) top = fmaxf(top, weights[(at + parts[i]) * 2]);
    float x = 0.0f, y = 0.0f, all = 0.0f;
    for (int i = begin; i < end; ++i) {
        const long long part = at + parts[i];
        const float by = pow2(weights[part * 2] - top);
        all += weights[part * 2 + 1] * by;
        x += sums[part * dim + c] * by;
        y += sums[part * dim + c + 1] * by;
    }
    u32* to = reinterpret_cast<u32*>(out + (long long)row * out_stride + head * dim + c);
    *to = bf16_pair(x / all, y / all);
}

/// Puts new keys and values into their pages: row `r` at the address
/// `places[r]` of its position in the page's first head.
extern "C" __global__ void cached_store(const bf16* k, const bf16* v, const u64* places, long long layer_at,
                                        int kv_heads, int dim) {
    const int width = kv_heads * dim, row = blockIdx.x;
    bf16* page = reinterpret_cast<bf16*>(places[row]) + layer_at;
    for (int i = threadIdx.x * 8; i < 2 * width; i += 128 * 8) {
        const int side = i / width, at = i % width, head = at / dim;
        const bf16* from = (side ? v : k) + (long long)row * width + at;
        bf16* to = page + (long long)(side * kv_heads + head) * PAGE * dim + at % dim;
        *reinterpret_cast<Chunk*>(to) = *reinterpret_cast<const Chunk*>(from);
    }
}
