// Checks the attention kernels on a GPU against plain f32 kernels, then times
// them, with other tile sizes beside the chosen ones. From the repository's root:
//
//   nvcc -O3 -std=c++17 -arch=sm_90 -Isrc-tauri/crates/lm/src/backend/cuda
//        -o attention_check tests/gpu/attention_check.cu && ./attention_check
//
// `attention_check --no-timing` only checks. The exit status is 1 if a result
// is off.
#include "attention.cu"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

namespace {

using std::vector;

void must(cudaError_t e, const char* what) {
    if (e == cudaSuccess) return;
    std::fprintf(stderr, "%s: %s\n", what, cudaGetErrorString(e));
    std::exit(2);
}

template <class T> struct Device {
    T* data = nullptr;
    size_t count;
    explicit Device(size_t n) : count(n) { must(cudaMalloc(&data, n * sizeof(T)), "cudaMalloc"); }
    Device(const Device&) = delete;
    ~Device() { cudaFree(data); }
    void poison() { must(cudaMemset(data, 0xff, count * sizeof(T)), "cudaMemset"); }
    vector<T> read() const {
        vector<T> host(count);
        must(cudaMemcpy(host.data(), data, count * sizeof(T), cudaMemcpyDeviceToHost), "cudaMemcpy");
        return host;
    }
    void write(const vector<T>& host) {
        must(cudaMemcpy(data, host.data(), count * sizeof(T), cudaMemcpyHostToDevice), "cudaMemcpy");
    }
};

float number(bf16 bits) {
    const u32 wide = (u32)bits << 16;
    float f;
    std::memcpy(&f, &wide, 4);
    return f;
}

/// Normally distributed numbers, functions of seed and place.
__global__ void fill(bf16* x, long long n, unsigned seed) {
    for (long long i = blockIdx.x * 256ll + threadIdx.x; i < n; i += gridDim.x * 256ll) {
        unsigned long long z = (i + 1) * 0x9e3779b97f4a7c15ull + seed * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
        z ^= z >> 31;
        const float a = ((z & 0xffffffff) + 1) / 4294967296.0f, b = (z >> 32) / 4294967296.0f;
        x[i] = (bf16)bf16_pair(sqrtf(-2 * logf(a)) * cospif(2 * b), 0);
    }
}

struct Sizes {
    int rows, q_heads, kv_heads, dim, q_stride, kv_stride, out_stride, longest;
    float scale;
};

__device__ float at(const bf16* x, long long i) { return __uint_as_float((u32)x[i] << 16); }

/// One query and head a block: weights, their gradients, and what follows.
__global__ void plain_queries(Sizes s, const int* first_of, const bf16* q, const bf16* k, const bf16* v,
                              const bf16* d_out, float* p, float* ds, float* out, float* lse, float* delta,
                              float* dq) {
    const int row = blockIdx.x, head = blockIdx.y, kv = head / (s.q_heads / s.kv_heads);
    const int first = first_of[row], n = row - first + 1;
    p += ((long long)head * s.rows + row) * s.longest;
    ds += ((long long)head * s.rows + row) * s.longest;
    for (int j = threadIdx.x; j < n; j += blockDim.x) {
        float score = 0, grad = 0;
        for (int c = 0; c < s.dim; ++c) {
            const long long key = (long long)(first + j) * s.kv_stride + kv * s.dim + c;
            score += at(q, (long long)row * s.q_stride + head * s.dim + c) * at(k, key);
            grad += at(d_out, (long long)row * s.out_stride + head * s.dim + c) * at(v, key);
        }
        p[j] = score * s.scale;
        ds[j] = grad;
    }
    __syncthreads();
    __shared__ float top, sum, mean;
    if (threadIdx.x == 0) {
        top = -INFINITY, sum = 0, mean = 0;
        for (int j = 0; j < n; ++j) top = fmaxf(top, p[j]);
        for (int j = 0; j < n; ++j) sum += expf(p[j] - top);
        for (int j = 0; j < n; ++j) mean += expf(p[j] - top) / sum * ds[j];
        lse[(long long)head * s.rows + row] = top + logf(sum);
        delta[(long long)head * s.rows + row] = mean;
    }
    __syncthreads();
    for (int j = threadIdx.x; j < n; j += blockDim.x) {
        p[j] = expf(p[j] - top) / sum;
        ds[j] = p[j] * (ds[j] - mean) * s.scale;
    }
    __syncthreads();
    for (int c = threadIdx.x; c < s.dim; c += blockDim.x) {
        float o = 0, g = 0;
        for (int j = 0; j < n; ++j) {
            const long long key = (long long)(first + j) * s.kv_stride + kv * s.dim + c;
            o += p[j] * at(v, key);
            g += ds[j] * at(k, key);
        }
        out[((long long)row * s.q_heads + head) * s.dim + c] = o;
        dq[((long long)row * s.q_heads + head) * s.dim + c] = g;
    }
}

/// One key and key/value head a block.
__global__ void plain_keys(Sizes s, const int* first_of, const int* end_of, const bf16* q, const bf16* d_out,
                           const float* p, const float* ds, float* dk, float* dv) {
    const int row = blockIdx.x, kv = blockIdx.y, group = s.q_heads / s.kv_heads;
    const int j = row - first_of[row];
    for (int c = threadIdx.x; c < s.dim; c += blockDim.x) {
        float a = 0, b = 0;
        for (int head = kv * group; head < (kv + 1) * group; ++head) {
            for (int i = row; i < end_of[row]; ++i) {
                const long long weight = ((long long)head * s.rows + i) * s.longest + j;
                a += ds[weight] * at(q, (long long)i * s.q_stride + head * s.dim + c);
                b += p[weight] * at(d_out, (long long)i * s.out_stride + head * s.dim + c);
            }
        }
        dk[((long long)row * s.kv_heads + kv) * s.dim + c] = a;
        dv[((long long)row * s.kv_heads + kv) * s.dim + c] = b;
    }
}

/// A kernel, the rows of its tiles and its shared memory.
struct Kernel {
    const char* name;
    const void* function;
    int tile, bytes;
};

struct Set {
    int dim;
    Kernel forward, delta, kv, q;
};

#define CHOSEN(D, N, KV_MT, KV_N, Q_N)                                                                        \
    {D,                                                                                                       \
     {"forward", (const void*)attention_forward_##D, tile_rows(2), forward_shared(D, 2, N)},                  \
     {"delta", (const void*)attention_delta_##D, 0, 0},                                                       \
     {"backward_kv", (const void*)attention_backward_kv_##D, tile_rows(KV_MT), backward_kv_shared(D, KV_MT, KV_N)}, \
     {"backward_q", (const void*)attention_backward_q_##D, tile_rows(2), backward_q_shared(D, 2, Q_N)}}
const Set CHOSEN_SETS[] = {CHOSEN(16, 64, 2, 32, 32), CHOSEN(32, 64, 2, 32, 32), CHOSEN(64, 64, 2, 32, 32),
                           CHOSEN(96, 64, 1, 64, 32), CHOSEN(128, 64, 1, 64, 32)};

// Other tile sizes, to choose by measuring.
template <int D, int MT, int N, int BLOCKS>
__global__ void __launch_bounds__(THREADS, BLOCKS)
    other_forward(const bf16* q, const bf16* k, const bf16* v, bf16* out, float* lse, const Work* work, int rows,
                  int q_stride, int k_stride, int v_stride, int out_stride, int group, float scale) {
    forward<D, MT, N>(q, k, v, out, lse, work, rows, q_stride, k_stride, v_stride, out_stride, group, scale);
}
template <int D, int MT, int N, int BLOCKS>
__global__ void __launch_bounds__(THREADS, BLOCKS)
    other_kv(const bf16* q, const bf16* k, const bf16* v, const bf16* d_out, const float* lse, const float* delta,
             bf16* dk, bf16* dv, const Work* work, int rows, int q_stride, int k_stride, int v_stride,
             int d_out_stride, int dk_stride, int dv_stride, int group, float scale) {
    backward_kv<D, MT, N>(q, k, v, d_out, lse, delta, dk, dv, work, rows, q_stride, k_stride, v_stride,
                          d_out_stride, dk_stride, dv_stride, group, scale);
}
template <int D, int MT, int N, int BLOCKS>
__global__ void __launch_bounds__(THREADS, BLOCKS)
    other_q(const bf16* q, const bf16* k, const bf16* v, const bf16* d_out, const float* lse, const float* delta,
            bf16* dq, const Work* work, int rows, int q_stride, int k_stride, int v_stride, int d_out_stride,
            int dq_stride, int group, float scale) {
    backward_q<D, MT, N>(q, k, v, d_out, lse, delta, dq, work, rows, q_stride, k_stride, v_stride, d_out_stride,
                         dq_stride, group, scale);
}

#define FORWARD(D, MT, N, B) \
    {"forward " #D ": MT " #MT ", N " #N ", blocks " #B, (const void*)other_forward<D, MT, N, B>, tile_rows(MT), forward_shared(D, MT, N)}
#define KV(D, MT, N, B) \
    {"backward_kv " #D ": MT " #MT ", N " #N ", blocks " #B, (const void*)other_kv<D, MT, N, B>, tile_rows(MT), backward_kv_shared(D, MT, N)}
#define Q(D, MT, N, B) \
    {"backward_q " #D ": MT " #MT ", N " #N ", blocks " #B, (const void*)other_q<D, MT, N, B>, tile_rows(MT), backward_q_shared(D, MT, N)}
const Kernel OTHERS_128[] = {FORWARD(128, 2, 32, 2), FORWARD(128, 1, 64, 2), FORWARD(128, 1, 64, 3), FORWARD(128, 1, 128, 1),
                             KV(128, 1, 32, 2), Q(128, 1, 64, 2), Q(128, 1, 32, 3), Q(128, 1, 64, 3)};
const Kernel OTHERS_64[] = {FORWARD(64, 2, 64, 3), FORWARD(64, 2, 128, 2), FORWARD(64, 2, 32, 3),
                            FORWARD(64, 1, 64, 4), KV(64, 1, 64, 2), KV(64, 1, 64, 3), KV(64, 1, 64, 4), KV(64, 1, 32, 4),
                            KV(64, 2, 64, 2), Q(64, 2, 32, 3), Q(64, 2, 64, 2), Q(64, 1, 64, 3), Q(64, 1, 64, 4)};

void prepare(const Kernel& k) {
    must(cudaFuncSetAttribute(k.function, cudaFuncAttributeMaxDynamicSharedMemorySize, k.bytes), k.name);
}

int failures = 0;

/// Buffers of one shape, with rows that are wider than their heads.
struct Case {
    Sizes s;
    vector<int> lengths;
    Device<bf16> q, k, v, d_out, out, dq, dk, dv;
    Device<float> lse, delta;

    static int total(const vector<int>& l) {
        int n = 0;
        for (int x : l) n += x;
        return n;
    }
    Case(int dim, int q_heads, int kv_heads, const vector<int>& l, int wider)
        : s{total(l), q_heads, kv_heads, dim, q_heads * dim + wider, kv_heads * dim + wider, q_heads * dim + wider,
            *std::max_element(l.begin(), l.end()), 1.0f / std::sqrt((float)dim)},
          lengths(l), q((size_t)s.rows * s.q_stride), k((size_t)s.rows * s.kv_stride), v(k.count), d_out(q.count),
          out(q.count), dq(q.count), dk(k.count), dv(k.count), lse((size_t)q_heads * s.rows), delta(lse.count) {
        unsigned seed = 1;
        for (Device<bf16>* x : {&q, &k, &v, &d_out}) fill<<<1024, 256>>>(x->data, x->count, seed++);
        poison();
    }
    void poison() {
        for (Device<bf16>* x : {&out, &dq, &dk, &dv}) x->poison();
        lse.poison();
        delta.poison();
    }

    /// Longest work first: queries far from the beginning, keys near it.
    vector<Work> work(int tile, bool keys) const {
        vector<Work> all;
        int start = 0;
        for (int n : lengths) {
            for (int first = 0; first < n; first += tile) all.push_back({start, n, first, 0});
            start += n;
        }
        std::stable_sort(all.begin(), all.end(), [&](const Work& a, const Work& b) {
            return keys ? a.length - a.first > b.length - b.first : a.first > b.first;
        });
        return all;
    }

    void run_forward(const Kernel& f, const Device<Work>& w) {
        int group = s.q_heads / s.kv_heads;
        const Work* list = w.data;
        void* args[] = {&q.data, &k.data, &v.data, &out.data, &lse.data, &list, &s.rows, &s.q_stride,
                        &s.kv_stride, &s.kv_stride, &s.out_stride, &group, &s.scale};
        must(cudaLaunchKernel(f.function, dim3(s.q_heads, w.count), dim3(THREADS), args, f.bytes, 0), f.name);
    }
    void run_delta(const Kernel& f) {
        const long long lanes = (long long)s.rows * s.q_heads * delta_lanes(s.dim);
        void* args[] = {&out.data, &d_out.data, &delta.data, &s.rows, &s.q_heads, &s.out_stride, &s.out_stride};
        must(cudaLaunchKernel(f.function, dim3((lanes + 255) / 256), dim3(256), args, 0, 0), f.name);
    }
    void run_kv(const Kernel& f, const Device<Work>& w) {
        int group = s.q_heads / s.kv_heads;
        const Work* list = w.data;
        void* args[] = {&q.data, &k.data, &v.data, &d_out.data, &lse.data, &delta.data, &dk.data, &dv.data, &list,
                        &s.rows, &s.q_stride, &s.kv_stride, &s.kv_stride, &s.out_stride, &s.kv_stride,
                        &s.kv_stride, &group, &s.scale};
        must(cudaLaunchKernel(f.function, dim3(s.kv_heads, w.count), dim3(THREADS), args, f.bytes, 0), f.name);
    }
    void run_q(const Kernel& f, const Device<Work>& w) {
        int group = s.q_heads / s.kv_heads;
        const Work* list = w.data;
        void* args[] = {&q.data, &k.data, &v.data, &d_out.data, &lse.data, &delta.data, &dq.data, &list, &s.rows,
                        &s.q_stride, &s.kv_stride, &s.kv_stride, &s.out_stride, &s.q_stride, &group, &s.scale};
        must(cudaLaunchKernel(f.function, dim3(s.q_heads, w.count), dim3(THREADS), args, f.bytes, 0), f.name);
    }
    Device<Work>* list(const Kernel& f, bool keys) const {
        const vector<Work> w = work(f.tile, keys);
        auto* d = new Device<Work>(w.size());
        d->write(w);
        return d;
    }
    void run_all(const Set& set) {
        for (const Kernel* k : {&set.forward, &set.kv, &set.q}) prepare(*k);
        Device<Work>*a = list(set.forward, false), *b = list(set.kv, true), *c = list(set.q, false);
        run_forward(set.forward, *a);
        run_delta(set.delta);
        run_kv(set.kv, *b);
        run_q(set.q, *c);
        must(cudaDeviceSynchronize(), "the kernels");
        delete a, delete b, delete c;
    }
};

/// The error as a vector's length, relative to the wanted vector's: of the whole
/// buffer, and the largest of one head of one sequence. A few keys alone weigh
/// the rounding of `out` more, so that a single head may be further off.
struct Error {
    double whole, worst;
};

Error error(const Case& c, const vector<bf16>& got, const vector<float>& want, int heads, int stride) {
    double worst = 0, whole_off = 0, whole = 0;
    int start = 0;
    for (int n : c.lengths) {
        for (int h = 0; h < heads; ++h) {
            double off = 0, all = 0;
            for (int r = start; r < start + n; ++r) {
                for (int i = 0; i < c.s.dim; ++i) {
                    const double b = want[((size_t)r * heads + h) * c.s.dim + i];
                    off += std::pow(number(got[(size_t)r * stride + h * c.s.dim + i]) - b, 2), all += b * b;
                }
            }
            // The floor is for what is zero by nature: the gradient through one key alone.
            const double e = std::sqrt(off) / (std::sqrt(all) + 0.01 * std::sqrt((double)n * c.s.dim));
            worst = e == e ? std::max(worst, e) : INFINITY;
            whole_off += off, whole += all;
        }
        start += n;
    }
    for (int r = 0; r < c.s.rows; ++r) {
        for (int i = heads * c.s.dim; i < stride; ++i) {
            if (got[(size_t)r * stride + i] != 0xffff) return {INFINITY, INFINITY}; // a write beside the rows
        }
    }
    return {std::sqrt(whole_off / whole), worst};
}

/// The largest difference, relative to 1 plus the value.
double error(const vector<float>& got, const vector<float>& want) {
    double worst = 0;
    for (size_t i = 0; i < got.size(); ++i) {
        const double e = std::abs(got[i] - want[i]) / (1 + std::abs(want[i]));
        worst = e == e ? std::max(worst, e) : INFINITY;
    }
    return worst;
}

struct Plain {
    Device<float> out, lse, delta, dq, dk, dv;
    explicit Plain(Case& c)
        : out((size_t)c.s.rows * c.s.q_heads * c.s.dim), lse(c.lse.count), delta(c.lse.count), dq(out.count),
          dk((size_t)c.s.rows * c.s.kv_heads * c.s.dim), dv(dk.count) {
        Device<float> p((size_t)c.s.q_heads * c.s.rows * c.s.longest), ds(p.count);
        vector<int> first, end;
        for (int n : c.lengths) {
            const int start = (int)first.size();
            first.insert(first.end(), n, start);
            end.insert(end.end(), n, start + n);
        }
        Device<int> first_of(first.size()), end_of(end.size());
        first_of.write(first);
        end_of.write(end);
        plain_queries<<<dim3(c.s.rows, c.s.q_heads), 128>>>(c.s, first_of.data, c.q.data, c.k.data, c.v.data,
                                                            c.d_out.data, p.data, ds.data, out.data, lse.data,
                                                            delta.data, dq.data);
        plain_keys<<<dim3(c.s.rows, c.s.kv_heads), 128>>>(c.s, first_of.data, end_of.data, c.q.data, c.d_out.data,
                                                          p.data, ds.data, dk.data, dv.data);
        must(cudaDeviceSynchronize(), "the plain kernels");
    }
};

void report(const char* what, double e, double limit, std::string& line) {
    char text[64];
    std::snprintf(text, sizeof text, "  %s %.1e%s", what, e, e < limit ? "" : " FAILED");
    line += text;
    failures += !(e < limit);
}

void report(const char* what, Error e, std::string& line) {
    report(what, e.whole, 1e-2, line);
    report("worst", e.worst, 4e-2, line);
}

void check(const Set& set, int q_heads, int kv_heads, const vector<int>& lengths) {
    Case c(set.dim, q_heads, kv_heads, lengths, 40);
    Plain want(c);
    c.run_all(set);
    const auto dk = c.dk.read(), dv = c.dv.read(), dq = c.dq.read();
    std::string line;
    report("out", error(c, c.out.read(), want.out.read(), q_heads, c.s.out_stride), line);
    report("lse", error(c.lse.read(), want.lse.read()), 1e-4, line);
    report("delta", error(c.delta.read(), want.delta.read()), 5e-2, line);
    report("dk", error(c, dk, want.dk.read(), kv_heads, c.s.kv_stride), line);
    report("dv", error(c, dv, want.dv.read(), kv_heads, c.s.kv_stride), line);
    report("dq", error(c, dq, want.dq.read(), q_heads, c.s.q_stride), line);
    c.poison();
    c.run_all(set);
    const bool same = dk == c.dk.read() && dv == c.dv.read() && dq == c.dq.read();
    failures += !same;
    std::printf("D %3d heads %2d/%d rows %5d longest %5d:%s%s\n", set.dim, q_heads, kv_heads, c.s.rows, c.s.longest,
                line.c_str(), same ? "" : "  FAILED: a second run differs");
    std::fflush(stdout);
}

template <class F> double seconds(F f) {
    cudaEvent_t a, b;
    cudaEventCreate(&a);
    cudaEventCreate(&b);
    for (int i = 0; i < 5; ++i) f();
    cudaEventRecord(a);
    for (int i = 0; i < 50; ++i) f();
    cudaEventRecord(b);
    must(cudaEventSynchronize(b), "timing");
    float ms;
    cudaEventElapsedTime(&ms, a, b);
    return ms / 50 / 1e3;
}

void time_all(const Set& set, const Kernel* others, int count, int sequences, int length) {
    Case c(set.dim, 16, 8, vector<int>(sequences, length), 0);
    c.run_all(set);
    // Two products of the forward pass, below the diagonal only; five of the backward.
    const double flops = 2.0 * length * length * set.dim * 16 * sequences;
    auto print = [&](const char* name, double products, double s) {
        std::printf("D %3d %dx%d %-40s %8.1f us %7.1f TFLOP/s\n", set.dim, sequences, length, name, s * 1e6,
                    flops / 2 * products / s / 1e12);
        std::fflush(stdout);
    };
    auto one = [&](const Kernel& k) {
        const bool kv = std::strncmp(k.name, "backward_kv", 11) == 0, q = std::strncmp(k.name, "backward_q", 10) == 0;
        prepare(k);
        Device<Work>* w = c.list(k, kv);
        const double s = seconds([&] { kv ? c.run_kv(k, *w) : q ? c.run_q(k, *w) : c.run_forward(k, *w); });
        delete w;
        print(k.name, kv ? 4 : q ? 3 : 2, s);
        return s;
    };
    one(set.forward);
    const double d = seconds([&] { c.run_delta(set.delta); });
    print("delta", 0, d);
    print("backward in all, its 5 useful products", 5, d + one(set.kv) + one(set.q));
    for (int i = 0; i < count; ++i) one(others[i]);
}

} // namespace

int main(int argc, char** argv) {
    cudaDeviceProp device;
    must(cudaGetDeviceProperties(&device, 0), "no GPU");
    std::printf("%s, sm_%d%d\n", device.name, device.major, device.minor);
    for (const Set& set : CHOSEN_SETS) {
        check(set, 2, 2, {1, 17, 63, 64, 65, 127, 128, 129, 200});
        check(set, 4, 2, {300, 1, 31, 32, 33, 257, 95});
        check(set, 6, 2, {511, 96, 2});
        check(set, 16, 8, {1000, 48});
    }
    // The other tiles, each in a set whose other kernels are the chosen ones.
    auto check_others = [](Set set, const Kernel* others, int count) {
        for (int i = 0; i < count; ++i) {
            Set with = set;
            const bool kv = std::strncmp(others[i].name, "backward_kv", 11) == 0;
            (kv ? with.kv : others[i].name[0] == 'b' ? with.q : with.forward) = others[i];
            std::printf("%s\n  ", others[i].name);
            check(with, 4, 2, {300, 1, 31, 32, 33, 257, 95});
        }
    };
    const int n64 = sizeof OTHERS_64 / sizeof *OTHERS_64, n128 = sizeof OTHERS_128 / sizeof *OTHERS_128;
    check_others(CHOSEN_SETS[2], OTHERS_64, n64);
    check_others(CHOSEN_SETS[4], OTHERS_128, n128);
    if (argc < 2 || std::strcmp(argv[1], "--no-timing")) {
        time_all(CHOSEN_SETS[4], OTHERS_128, n128, 4, 1024);
        time_all(CHOSEN_SETS[4], nullptr, 0, 1, 4096);
        time_all(CHOSEN_SETS[2], OTHERS_64, n64, 4, 1024);
        time_all(CHOSEN_SETS[3], nullptr, 0, 4, 1024);
    }
    std::printf(failures ? "%d results are off\n" : "every result agrees\n", failures);
    return failures != 0;
}
