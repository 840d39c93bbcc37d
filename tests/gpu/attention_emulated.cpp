// Runs the attention kernels' source on the CPU (warp.h) and compares every
// result with the definition in f64. Build and run, from the repository's root:
//
//   g++ -std=c++17 -O2 -Itests/gpu -Isrc-tauri/crates/lm/src/backend/cuda
//       -o attention_emulated tests/gpu/attention_emulated.cpp && ./attention_emulated
#include "attention.cu"

#include <string>

namespace {

using std::vector;

float number(bf16 bits) { return bf16_low(bits); }

/// Rows wider than their numbers, so that a wrong stride or a stray write shows.
/// All are NaN but what `fill` writes.
struct Rows {
    int stride;
    vector<Chunk> room; // aligned, as the GPU's buffers are
    bf16* data;

    Rows(int rows, int width) : stride(width + 24), room((size_t)rows * (width + 24) / 8) {
        data = (bf16*)room.data();
        std::memset(data, 0xff, room.size() * 16);
        emulator::block.readable.push_back({(const char*)data, room.size() * 16});
    }
    bf16& at(int row, int column) { return data[(size_t)row * stride + column]; }
};

struct Shape {
    int dim, group, kv;
    vector<int> lengths;
};

int failures = 0;

void check(const std::string& what, double error, double limit) {
    if (error < limit) return; // a NaN fails too
    std::printf("FAILED %s: %.2e, allowed %.2e\n", what.c_str(), error, limit);
    ++failures;
}

struct Kernels {
    decltype(&attention_forward_16) forward;
    decltype(&attention_delta_16) delta;
    decltype(&attention_backward_kv_16) kv;
    decltype(&attention_backward_q_16) q;
    int forward_bytes, kv_tile, kv_bytes, q_bytes;
};

#define OF(D) attention_forward_##D, attention_delta_##D, attention_backward_kv_##D, attention_backward_q_##D
Kernels kernels(int dim) {
    switch (dim) {
    case 16: return {OF(16), 12288, 128, 12800, 12288};
    case 32: return {OF(32), 24576, 128, 25088, 24576};
    case 64: return {OF(64), 49152, 128, 49664, 49152};
    case 96: return {OF(96), 73728, 64, 74752, 73728};
    default: return {OF(128), 98304, 64, 99328, 98304};
    }
}

vector<Work> tiles(const Shape& s, int gap, int tile) {
    vector<Work> work;
    int start = gap;
    for (int n : s.lengths) {
        for (int first = 0; first < n; first += tile) work.push_back({start, n, first, -1});
        start += n;
    }
    return work;
}

void compare(const Shape& s, double peak) {
    const int gap = 3, heads = s.kv * s.group, D = s.dim; // rows before and after that belong to nobody
    int rows = 2 * gap;
    for (int n : s.lengths) rows += n;
    const float scale = 1.0f / std::sqrt((float)D);
    const Kernels f = kernels(D);
    emulator::block.readable.clear();
    Rows q(rows, heads * D), k(rows, s.kv * D), v(rows, s.kv * D), out(rows, heads * D), d_out(rows, heads * D);
    Rows dq(rows, heads * D), dk(rows, s.kv * D), dv(rows, s.kv * D);
    vector<float> lse((size_t)heads * rows, NAN), delta((size_t)heads * rows, NAN);
    for (auto* x : {&lse, &delta}) emulator::block.readable.push_back({(const char*)x->data(), x->size() * 4});
    std::mt19937 random(D * 1000 + rows);
    std::normal_distribution<float> normal;
    for (Rows* x : {&q, &k, &v, &d_out}) {
        const int width = x == &q || x == &d_out ? heads * D : s.kv * D;
        for (int r = gap; r < rows - gap; ++r) {
            for (int c = 0; c < width; ++c) x->at(r, c) = bf16_bits(normal(random) * (x == &q ? peak : 1.0));
        }
    }

    const vector<Work> work = tiles(s, gap, 128), kv_work = tiles(s, gap, f.kv_tile);
    emulator::run(heads, (int)work.size(), 128, f.forward_bytes, [&] {
        f.forward(q.data, k.data, v.data, out.data, lse.data(), work.data(), rows, q.stride, k.stride, v.stride,
                  out.stride, s.group, scale);
    });
    const int lanes = delta_lanes(D);
    emulator::run((rows * heads * lanes + 255) / 256, 1, 256, 0, [&] {
        f.delta(out.data, d_out.data, delta.data(), rows, heads, out.stride, d_out.stride);
    });
    emulator::run(s.kv, (int)kv_work.size(), 128, f.kv_bytes, [&] {
        f.kv(q.data, k.data, v.data, d_out.data, lse.data(), delta.data(), dk.data, dv.data, kv_work.data(), rows,
             q.stride, k.stride, v.stride, d_out.stride, dk.stride, dv.stride, s.group, scale);
    });
    emulator::run(heads, (int)work.size(), 128, f.q_bytes, [&] {
        f.q(q.data, k.data, v.data, d_out.data, lse.data(), delta.data(), dq.data, work.data(), rows, q.stride,
            k.stride, v.stride, d_out.stride, dq.stride, s.group, scale);
    });

    // The definition, one sequence and one key/value head at a time.
    int start = gap;
    for (int n : s.lengths) {
        for (int h = 0; h < s.kv; ++h) {
            vector<double> w_dk(n * D), w_dv(n * D), p(n), dp(n);
            const std::string name = "D=" + std::to_string(D) + " group=" + std::to_string(s.group) +
                                     " length=" + std::to_string(n) + " kv head=" + std::to_string(h) + " ";
            for (int e = h * s.group; e < (h + 1) * s.group; ++e) {
                double out_off = 0, out_all = 1e-30, dq_off = 0, dq_all = 1e-30, lse_off = 0, delta_off = 0;
                for (int i = 0; i < n; ++i) {
                    auto at = [&](Rows& x, int row, int head, int c) { return (double)number(x.at(start + row, head * D + c)); };
                    double top = -INFINITY, sum = 0, mean = 0;
                    for (int j = 0; j <= i; ++j) {
                        double dot = 0;
                        for (int c = 0; c < D; ++c) dot += at(q, i, e, c) * at(k, j, h, c);
                        top = std::max(top, p[j] = dot * scale);
                    }
                    for (int j = 0; j <= i; ++j) sum += p[j] = std::exp(p[j] - top);
                    for (int j = 0; j <= i; ++j) {
                        p[j] /= sum;
                        dp[j] = 0;
                        for (int c = 0; c < D; ++c) dp[j] += at(d_out, i, e, c) * at(v, j, h, c);
                        mean += p[j] * dp[j];
                    }
                    const size_t place = (size_t)e * rows + start + i;
                    lse_off = std::max(lse_off, std::abs(lse[place] - (top + std::log(sum))));
                    if (lse[place] != lse[place]) lse_off = NAN;
                    delta_off = std::max(delta_off, std::abs(delta[place] - mean));
                    for (int c = 0; c < D; ++c) {
                        double o = 0, g = 0;
                        for (int j = 0; j <= i; ++j) {
                            const double ds = p[j] * (dp[j] - mean) * scale;
                            o += p[j] * at(v, j, h, c);
                            g += ds * at(k, j, h, c);
                            w_dk[j * D + c] += ds * at(q, i, e, c);
                            w_dv[j * D + c] += p[j] * at(d_out, i, e, c);
                        }
                        out_off += std::pow(at(out, i, e, c) - o, 2), out_all += o * o;
                        dq_off += std::pow(at(dq, i, e, c) - g, 2), dq_all += g * g;
                    }
                }
                const std::string which = name + "query head=" + std::to_string(e) + " ";
                check(which + "out", std::sqrt(out_off / out_all), 5e-3);
                check(which + "lse", lse_off, 1e-4 * (1 + 4 * peak));
                check(which + "delta", delta_off, 0.1 + 0.02 * std::sqrt(D));
                // One key alone has no gradient: what is left is the rounding of the result.
                check(which + "dq", n == 1 ? std::sqrt(dq_off) / D : std::sqrt(dq_off / dq_all), 1e-2);
            }
            double k_off = 0, k_all = 1e-30, v_off = 0, v_all = 1e-30;
            for (int j = 0; j < n; ++j) {
                for (int c = 0; c < D; ++c) {
                    const double a = w_dk[j * D + c], b = w_dv[j * D + c];
                    k_off += std::pow(number(dk.at(start + j, h * D + c)) - a, 2), k_all += a * a;
                    v_off += std::pow(number(dv.at(start + j, h * D + c)) - b, 2), v_all += b * b;
                }
            }
            check(name + "dk", n == 1 ? std::sqrt(k_off) / D / s.group : std::sqrt(k_off / k_all), 1e-2);
            check(name + "dv", std::sqrt(v_off / v_all), 1e-2);
        }
        start += n;
    }

    // Nothing else was written.
    for (Rows* x : {&out, &dq, &dk, &dv}) {
        const int width = x == &out || x == &dq ? heads * D : s.kv * D;
        for (int r = 0; r < rows; ++r) {
            const bool own = r >= gap && r < rows - gap;
            for (int c = own ? width : 0; c < x->stride; ++c) {
                if (x->at(r, c) != 0xffff) return check("D=" + std::to_string(D) + ": a write beside the rows", 1, 0);
            }
        }
    }
}

} // namespace

int main() {
    // Around the tiles' 32, 64 and 128 rows; groups of one, two and three heads.
    const vector<int> ragged = {1, 17, 63, 64, 65, 129, 200};
    compare({16, 1, 2, ragged}, 1.0);
    compare({16, 3, 2, {1, 31, 32, 33, 127, 128, 200}}, 1.0);
    compare({32, 2, 1, {1, 17, 65, 129, 96}}, 1.0);
    compare({64, 2, 1, {1, 17, 63, 129, 200}}, 1.0);
    compare({64, 3, 2, {33}}, 8.0); // a few keys take nearly all the weight
    compare({96, 2, 1, {1, 64, 130}}, 1.0);
    compare({128, 1, 2, {64, 65, 129}}, 1.0);
    compare({128, 3, 1, {1, 17, 63, 200}}, 1.0);
    if (failures) return 1;
    std::puts("attention: every kernel agrees with the definition");
    return 0;
}
