// Matrix products of one warp on bf16 tiles in shared memory (sm_80 and newer).
//
// A tile is `rows x D` bf16, row-major without padding; its 16-byte chunks are
// permuted within each row (`swizzle`), so that eight consecutive rows of one
// column of chunks lie in different banks. A tile begins at a multiple of 256
// bytes. The same source runs on the CPU in tests/gpu, where warp.h stands in
// for the instructions.
//
// Layout of fragments, with g = lane / 4 and t = lane % 4 (PTX ISA,
// "Matrix Fragments for mma.m16n8k16"):
//   A  16x16  register i: row g + 8 (i % 2), columns 2t + 8 (i / 2) and the next
//   B  16x8   register i: rows 2t + 8 i and the next, column g
//   C  16x8   element i:  row g + 8 (i / 2), column 2t + i % 2
#pragma once

typedef unsigned short bf16; // its bits
typedef unsigned int u32;

/// Eight bf16.
struct alignas(16) Chunk {
    u32 x, y, z, w;
};

#ifdef __CUDACC__

#define DEVICE __device__ __forceinline__
#define HOST_DEVICE __host__ __device__
#define UNROLL _Pragma("unroll")
#define SHARED_MEMORY(name) extern __shared__ __align__(1024) unsigned char name[]

DEVICE u32 shared_address(const void* p) { return (u32)__cvta_generic_to_shared(p); }

/// Copies 16 bytes to shared memory in the background; zeros if not `valid`.
DEVICE void copy_16(u32 to, const void* from, bool valid) {
    asm volatile("cp.async.cg.shared.global.L2::128B [%0], [%1], 16, %2;"
                 :
                 : "r"(to), "l"(from), "r"(valid ? 16 : 0)
                 : "memory");
}

/// Copies 4 bytes to shared memory in the background; zeros if not `valid`.
DEVICE void copy_4(u32 to, const void* from, bool valid) {
    asm volatile("cp.async.ca.shared.global [%0], [%1], 4, %2;"
                 :
                 : "r"(to), "l"(from), "r"(valid ? 4 : 0)
                 : "memory");
}

/// Waits for this thread's copies. Other threads' need a barrier besides.
DEVICE void copies_done() { asm volatile("cp.async.wait_all;" ::: "memory"); }

DEVICE void ldmatrix(u32 (&r)[4], u32 from) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(from)
                 : "memory");
}

DEVICE void ldmatrix_transposed(u32 (&r)[4], u32 from) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(r[0]), "=r"(r[1]), "=r"(r[2]), "=r"(r[3])
                 : "r"(from)
                 : "memory");
}

/// `c += a b`
DEVICE void mma(float (&c)[4], const u32 (&a)[4], u32 b0, u32 b1) {
    asm("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 "
        "{%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
        : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3])
        : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

/// Two numbers rounded to bf16, the first in the lower half.
DEVICE u32 bf16_pair(float low, float high) {
    u32 r;
    asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(r) : "f"(high), "f"(low));
    return r;
}

DEVICE float bf16_low(u32 pair) { return __uint_as_float(pair << 16); }
DEVICE float bf16_high(u32 pair) { return __uint_as_float(pair & 0xffff0000u); }

/// 2^x; tiny results become 0.
DEVICE float pow2(float x) {
    float r;
    asm("ex2.approx.ftz.f32 %0, %1;" : "=f"(r) : "f"(x));
    return r;
}

DEVICE void store_shared(u32 to, u32 value) {
    asm volatile("st.shared.b32 [%0], %1;" ::"r"(to), "r"(value) : "memory");
}

DEVICE Chunk load_shared(u32 from) {
    Chunk c;
    asm volatile("ld.shared.v4.b32 {%0, %1, %2, %3}, [%4];"
                 : "=r"(c.x), "=r"(c.y), "=r"(c.z), "=r"(c.w)
                 : "r"(from)
                 : "memory");
    return c;
}

DEVICE void load_shared(float& a, float& b, u32 from) {
    asm volatile("ld.shared.v2.f32 {%0, %1}, [%2];" : "=f"(a), "=f"(b) : "r"(from) : "memory");
}

/// The value of the lane whose number differs in `bits`.
DEVICE float across(float x, int bits) { return __shfl_xor_sync(0xffffffffu, x, bits); }

#else
#include "warp.h"
#endif

DEVICE int lane() { return threadIdx.x % 32; }

/// What a row's chunk numbers are xor-ed with. `D / 8` is 2, 4, 12 or a
/// multiple of 8; eight rows of a column then cover all banks.
template <int D> DEVICE constexpr int swizzle(int row) {
    static_assert(D == 16 || D % 32 == 0, "unknown width of a tile");
    return D % 64 == 0 ? row & 7 : D % 32 == 0 ? (row >> 1) & 3 : (row >> 2) & 1;
}

/// Where a chunk lies, in bytes from the tile's beginning.
template <int D> DEVICE constexpr u32 chunk_at(int row, int chunk) {
    return (row * (D / 8) + (chunk ^ swizzle<D>(row))) * 16;
}

/// This lane's address for `ldmatrix` in each 16x16 block of a tile.
template <int D> struct Cursor {
    u32 at, mask;

    /// `row` (below 16) and `half` (of the block's two chunks) are the lane's.
    DEVICE Cursor(u32 tile, int row, int half)
        : at(tile + row * D * 2), mask((half ^ swizzle<D>(row)) * 16) {
        if (D % 64 == 0) at ^= mask; // those bits are zero
    }

    /// `row0` is a multiple of 16 and `chunk0` of 2.
    DEVICE u32 operator()(int row0, int chunk0) const {
        return D % 64 == 0 ? (at ^ (chunk0 * 16)) + row0 * D * 2
                           : at + ((chunk0 * 16) ^ mask) + row0 * D * 2;
    }
};

/// Starts copying `ROWS` rows of `D` numbers into a tile. Rows from `valid` on
/// (which may be 0 or less) become zeros and are not read.
template <int D, int ROWS, int THREADS>
DEVICE void copy_tile(u32 tile, const bf16* from, int stride, int valid) {
    constexpr int CHUNKS = D / 8, COPIES = ROWS * CHUNKS / THREADS;
    static_assert(ROWS * CHUNKS % THREADS == 0 || ROWS * CHUNKS < THREADS, "uneven tile");
    if (ROWS * CHUNKS < THREADS && threadIdx.x >= ROWS * CHUNKS) return;
    if constexpr (THREADS % CHUNKS == 0) { // a thread stays in its column of chunks
        constexpr int STEP = THREADS / CHUNKS;
        const int row = threadIdx.x / CHUNKS, chunk = threadIdx.x % CHUNKS;
        from += row * stride + chunk * 8;
        UNROLL
        for (int i = 0; i < (COPIES ? COPIES : 1); ++i) {
            copy_16(tile + chunk_at<D>(row + i * STEP, chunk), from, row + i * STEP < valid);
            from += STEP * stride;
        }
    } else {
        UNROLL
        for (int i = 0; i < COPIES; ++i) {
            const int n = threadIdx.x + i * THREADS, row = n / CHUNKS, chunk = n % CHUNKS;
            copy_16(tile + chunk_at<D>(row, chunk), from + (row * stride + chunk * 8), row < valid);
        }
    }
}

template <int MT, int NT> DEVICE void clear(float (&acc)[MT][NT][4]) {
    UNROLL
    for (int i = 0; i < MT * NT * 4; ++i) acc[i / 4 / NT][i / 4 % NT][i % 4] = 0.0f;
}

/// `acc += A Bᵀ` over `D` columns: `16 MT` rows of tile `a` by `8 NT` rows of
/// tile `b`, each from the tile's address on.
template <int D, int MT, int NT>
DEVICE void multiply_transposed(float (&acc)[MT][NT][4], u32 a, u32 b) {
    static_assert(NT % 2 == 0, "blocks of 16 rows");
    const Cursor<D> at_a(a, lane() % 16, lane() / 16);
    const Cursor<D> at_b(b, lane() % 8 + lane() / 16 * 8, lane() / 8 % 2);
    UNROLL
    for (int k = 0; k < D / 16; ++k) {
        u32 fa[MT][4];
        UNROLL
        for (int m = 0; m < MT; ++m) ldmatrix(fa[m], at_a(m * 16, k * 2));
        UNROLL
        for (int n = 0; n < NT; n += 2) {
            u32 fb[4];
            ldmatrix(fb, at_b(n * 8, k * 2));
            UNROLL
            for (int m = 0; m < MT; ++m) {
                mma(acc[m][n], fa[m], fb[0], fb[1]);
                mma(acc[m][n + 1], fa[m], fb[2], fb[3]);
            }
        }
    }
}

/// `acc += P B`: `P` in registers (`pack`), `16 KT` rows of tile `b`.
template <int D, int MT, int KT>
DEVICE void multiply(float (&acc)[MT][D / 8][4], const u32 (&p)[MT][KT][4], u32 b) {
    const Cursor<D> at(b, lane() % 16, lane() / 16);
    UNROLL
    for (int k = 0; k < KT; ++k) {
        UNROLL
        for (int n = 0; n < D / 8; n += 2) {
            u32 fb[4];
            ldmatrix_transposed(fb, at(k * 16, n));
            UNROLL
            for (int m = 0; m < MT; ++m) {
                mma(acc[m][n], p[m][k], fb[0], fb[1]);
                mma(acc[m][n + 1], p[m][k], fb[2], fb[3]);
            }
        }
    }
}

/// Turns results of a product into the left side of the next.
template <int MT, int NT>
DEVICE void pack(u32 (&p)[MT][NT / 2][4], const float (&acc)[MT][NT][4]) {
    UNROLL
    for (int m = 0; m < MT; ++m) {
        UNROLL
        for (int n = 0; n < NT; ++n) {
            p[m][n / 2][n % 2 * 2] = bf16_pair(acc[m][n][0], acc[m][n][1]);
            p[m][n / 2][n % 2 * 2 + 1] = bf16_pair(acc[m][n][2], acc[m][n][3]);
        }
    }
}

/// Writes `16 MT` rows of results, row `i` times `by[i of the lane's rows]`,
/// through rows of shared memory that this warp alone uses. Rows from `valid`
/// on are not written.
template <int D, int MT>
DEVICE void store_rows(bf16* to, int stride, int valid, u32 tile, const float (&acc)[MT][D / 8][4],
                       const float (&by)[MT][2]) {
    const int g = lane() / 4, t = lane() % 4;
    __syncwarp();
    UNROLL
    for (int m = 0; m < MT; ++m) {
        UNROLL
        for (int n = 0; n < D / 8; ++n) {
            UNROLL
            for (int r = 0; r < 2; ++r) {
                const float x = acc[m][n][r * 2] * by[m][r], y = acc[m][n][r * 2 + 1] * by[m][r];
                store_shared(tile + chunk_at<D>(m * 16 + r * 8 + g, n) + t * 4, bf16_pair(x, y));
            }
        }
    }
    __syncwarp();
    UNROLL
    for (int i = 0; i < MT * D / 16; ++i) {
        const int n = lane() + i * 32;
        const int row = n / (D / 8), chunk = n % (D / 8);
        const Chunk c = load_shared(tile + chunk_at<D>(row, chunk));
        if (row < valid) *reinterpret_cast<Chunk*>(to + (long long)row * stride + chunk * 8) = c;
    }
}
