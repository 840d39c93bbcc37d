// The CPU stands in for one multiprocessor: runs the kernels' own source, so
// that their index arithmetic can be tested without a GPU.
//
// Each CUDA thread is a coroutine. The instructions of a whole warp (ldmatrix,
// mma, shuffles) wait until its 32 lanes have come. Warps run as far as they
// can, in random order, and background copies are as late as they may be:
// their target holds NaN from the copy's start to the wait, so that a missing
// barrier or wait shows. Shared memory begins as NaN. Any misuse ends the
// program with a message.
#pragma once

#include <csetjmp>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <random>
#include <ucontext.h>
#include <utility>
#include <vector>

#define DEVICE inline
#define HOST_DEVICE inline
#define UNROLL
#define SHARED_MEMORY(name) unsigned char* name = emulator::block.shared.data()
#define __global__
#define __launch_bounds__(...)

struct Dim {
    int x, y;
};
inline Dim threadIdx, blockIdx;

namespace emulator {

[[noreturn]] inline void fail(const char* what) {
    std::fprintf(stderr, "emulator: %s (block %d %d, thread %d)\n", what, blockIdx.x, blockIdx.y, threadIdx.x);
    std::_Exit(1); // the stacks are not the program's own
}
inline void require(bool holds, const char* what) {
    if (!holds) fail(what);
}

struct Copy {
    uint32_t to;
    const void* from; // null: zeros
    int bytes;
};

/// What a lane hands to an instruction of its warp, and takes from it.
struct Slot {
    uint32_t in[8];
    float c[4];
    uint32_t out[4];
};

enum class Op { None, Ldmatrix, LdmatrixTransposed, Mma, Across, Sync };

struct Thread {
    jmp_buf at;
    std::vector<char> stack;
    std::vector<Copy> copies;
    Slot slot;
    bool started, done, at_barrier;
};

struct Warp {
    int arrived;
    long turn;
    Op op;
};

struct Block {
    std::vector<unsigned char> shared;
    std::vector<Thread> threads;
    std::vector<Warp> warps;
    int at_barrier;
    long turn;
    std::function<void()> body;
    std::mt19937 random{1};
    jmp_buf home;
    std::vector<std::pair<const char*, size_t>> readable;
};
inline Block block;

[[noreturn]] inline void enter(int n);

inline void begin() {
    block.body();
    Thread& t = block.threads[threadIdx.x];
    require(t.copies.empty(), "the kernel ended before its copies were waited for");
    t.done = true;
    const int warp = threadIdx.x / 32, count = (int)block.threads.size();
    for (int i = 1; i < 32; ++i) {
        const int n = warp * 32 + (threadIdx.x + i) % 32;
        if (!block.threads[n].done && !block.threads[n].at_barrier) enter(n);
    }
    for (int n = 0; n < count; ++n) {
        if (!block.threads[n].done && !block.threads[n].at_barrier) enter(n);
    }
    for (int n = 0; n < count; ++n) require(block.threads[n].done, "a thread waits for a barrier that others left");
    _longjmp(block.home, 1);
}

[[noreturn]] inline void enter(int n) {
    Thread& t = block.threads[n];
    threadIdx.x = n;
    if (t.started) _longjmp(t.at, 1);
    t.started = true;
    ucontext_t c;
    getcontext(&c);
    c.uc_stack.ss_sp = t.stack.data();
    c.uc_stack.ss_size = t.stack.size();
    c.uc_link = nullptr;
    makecontext(&c, begin, 0);
    setcontext(&c);
    std::abort();
}

__attribute__((noinline)) inline void switch_to(int n) {
    const int self = threadIdx.x;
    if (self == n) return;
    if (_setjmp(block.threads[self].at) == 0) enter(n);
    threadIdx.x = self;
}

/// A thread of some warp that is not at the barrier, this warp's first.
inline int runnable() {
    const int self = threadIdx.x, warps = (int)block.warps.size();
    const int shift = (int)(block.random() % warps);
    for (int w = -1; w < warps; ++w) {
        const int warp = w < 0 ? self / 32 : (w + shift) % warps;
        for (int i = 1; i <= 32; ++i) {
            const int n = warp * 32 + (self + i) % 32;
            if (!block.threads[n].done && !block.threads[n].at_barrier) return n;
        }
    }
    fail("nobody can run");
}

/// Waits for the warp's other lanes; the last one to come runs `all`.
template <class F> inline Slot& collective(Op op, F all) {
    const int self = threadIdx.x, first = self / 32 * 32;
    Warp& warp = block.warps[self / 32];
    if (warp.arrived == 0) warp.op = op;
    require(warp.op == op, "lanes of a warp are at different instructions");
    if (++warp.arrived == 32) {
        all(&block.threads[first]);
        warp.arrived = 0;
        ++warp.turn;
    } else {
        const long turn = warp.turn;
        while (warp.turn == turn) {
            const int next = first + (self + 1) % 32;
            require(!block.threads[next].done && !block.threads[next].at_barrier, "a lane left its warp");
            switch_to(next);
        }
    }
    return block.threads[self].slot;
}

inline unsigned char* shared(uint32_t at, int bytes) {
    require(at % bytes == 0 && at + bytes <= block.shared.size(), "shared memory out of bounds or unaligned");
    return &block.shared[at];
}

inline void copy(uint32_t to, const void* from, int bytes, bool valid) {
    const char* p = (const char*)from;
    bool known = !valid;
    for (auto& r : block.readable) known |= p >= r.first && p + bytes <= r.first + r.second;
    require(known, "a copy reads outside its buffer");
    require((uintptr_t)p % bytes == 0, "a copy reads an unaligned address");
    std::memset(shared(to, bytes), 0xff, bytes);
    block.threads[threadIdx.x].copies.push_back({to, valid ? from : nullptr, bytes});
}

inline void load_matrices(Thread* lanes, bool transposed) {
    for (int m = 0; m < 4; ++m) {
        uint16_t x[8][8];
        for (int r = 0; r < 8; ++r) std::memcpy(x[r], shared(lanes[m * 8 + r].slot.in[0], 16), 16);
        for (int l = 0; l < 32; ++l) {
            const int g = l / 4, t = l % 4 * 2;
            const uint16_t low = transposed ? x[t][g] : x[g][t], high = transposed ? x[t + 1][g] : x[g][t + 1];
            lanes[l].slot.out[m] = low | (uint32_t)high << 16;
        }
    }
}

inline float value(uint32_t pair, int half) {
    const uint32_t bits = half ? pair & 0xffff0000u : pair << 16;
    float f;
    std::memcpy(&f, &bits, 4);
    return f;
}

inline void multiply_matrices(Thread* lanes) {
    float a[16][16], b[8][16]; // b: its columns
    for (int l = 0; l < 32; ++l) {
        const Slot& s = lanes[l].slot;
        const int g = l / 4, t = l % 4 * 2;
        for (int half = 0; half < 2; ++half) {
            for (int i = 0; i < 4; ++i) a[g + i % 2 * 8][t + i / 2 * 8 + half] = value(s.in[i], half);
            for (int i = 0; i < 2; ++i) b[g][t + i * 8 + half] = value(s.in[4 + i], half);
        }
    }
    for (int l = 0; l < 32; ++l) {
        for (int i = 0; i < 4; ++i) {
            const float *row = a[l / 4 + i / 2 * 8], *column = b[l % 4 * 2 + i % 2];
            float sum = lanes[l].slot.c[i];
            for (int k = 0; k < 16; ++k) sum += row[k] * column[k];
            lanes[l].slot.c[i] = sum;
        }
    }
}

/// Runs a kernel's whole grid.
inline void run(int grid_x, int grid_y, int threads, size_t shared_bytes, std::function<void()> body) {
    block.body = std::move(body);
    block.threads.resize(threads);
    for (Thread& t : block.threads) t.stack.resize(256 << 10);
    for (int i = 0; i < grid_x * grid_y; ++i) {
        blockIdx = {i % grid_x, i / grid_x};
        block.shared.assign(shared_bytes, 0xff);
        block.warps.assign(threads / 32, {});
        block.at_barrier = 0;
        for (Thread& t : block.threads) t.started = t.done = t.at_barrier = false;
        if (_setjmp(block.home) == 0) enter((int)(block.random() % threads) / 32 * 32);
    }
}

} // namespace emulator

inline void __syncthreads() {
    using namespace emulator;
    const long turn = block.turn;
    Thread& self = block.threads[threadIdx.x];
    self.at_barrier = true;
    if (++block.at_barrier == (int)block.threads.size()) {
        block.at_barrier = 0;
        ++block.turn;
        for (Thread& t : block.threads) t.at_barrier = false;
        const int count = (int)block.threads.size();
        switch_to((int)(block.random() % count) / 32 * 32);
    }
    while (block.turn == turn) switch_to(runnable());
}

inline void __syncwarp() {
    emulator::collective(emulator::Op::Sync, [](emulator::Thread*) {});
}

inline u32 shared_address(const void* p) { return (u32)((const unsigned char*)p - emulator::block.shared.data()); }
inline void copy_16(u32 to, const void* from, bool valid) { emulator::copy(to, from, 16, valid); }
inline void copy_4(u32 to, const void* from, bool valid) { emulator::copy(to, from, 4, valid); }

inline void copies_done() {
    auto& copies = emulator::block.threads[threadIdx.x].copies;
    for (const emulator::Copy& c : copies) {
        unsigned char* to = emulator::shared(c.to, c.bytes);
        if (c.from) std::memcpy(to, c.from, c.bytes);
        else std::memset(to, 0, c.bytes);
    }
    copies.clear();
}

inline void ldmatrix(u32 (&r)[4], u32 from) {
    emulator::block.threads[threadIdx.x].slot.in[0] = from;
    auto& slot = emulator::collective(emulator::Op::Ldmatrix, [](emulator::Thread* l) { emulator::load_matrices(l, false); });
    std::memcpy(r, slot.out, 16);
}

inline void ldmatrix_transposed(u32 (&r)[4], u32 from) {
    emulator::block.threads[threadIdx.x].slot.in[0] = from;
    auto& slot = emulator::collective(emulator::Op::LdmatrixTransposed,
                                      [](emulator::Thread* l) { emulator::load_matrices(l, true); });
    std::memcpy(r, slot.out, 16);
}

inline void mma(float (&c)[4], const u32 (&a)[4], u32 b0, u32 b1) {
    auto& own = emulator::block.threads[threadIdx.x].slot;
    std::memcpy(own.in, a, 16);
    own.in[4] = b0;
    own.in[5] = b1;
    std::memcpy(own.c, c, 16);
    emulator::collective(emulator::Op::Mma, emulator::multiply_matrices);
    std::memcpy(c, own.c, 16);
}

inline u32 bf16_bits(float x) {
    u32 bits;
    std::memcpy(&bits, &x, 4);
    if (x != x) return 0x7fff;
    return (bits + 0x7fff + (bits >> 16 & 1)) >> 16; // to the nearest, ties to even
}
inline u32 bf16_pair(float low, float high) { return bf16_bits(low) | bf16_bits(high) << 16; }
inline float bf16_low(u32 pair) { return emulator::value(pair, 0); }
inline float bf16_high(u32 pair) { return emulator::value(pair, 1); }
inline float pow2(float x) { return std::exp2(x); }

inline void store_shared(u32 to, u32 value) { std::memcpy(emulator::shared(to, 4), &value, 4); }
inline Chunk load_shared(u32 from) {
    Chunk c;
    std::memcpy(&c, emulator::shared(from, 16), 16);
    return c;
}
inline void load_shared(float& a, float& b, u32 from) {
    const unsigned char* p = emulator::shared(from, 8);
    std::memcpy(&a, p, 4);
    std::memcpy(&b, p + 4, 4);
}

inline float across(float x, int bits) {
    std::memcpy(emulator::block.threads[threadIdx.x].slot.in, &x, 4);
    // Every lane asks for the same distance, so the last one's will do.
    auto& slot = emulator::collective(emulator::Op::Across, [bits](emulator::Thread* l) {
        for (int i = 0; i < 32; ++i) l[i].slot.out[0] = l[i ^ bits].slot.in[0];
    });
    std::memcpy(&x, slot.out, 4);
    return x;
}
