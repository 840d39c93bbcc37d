// Runs the kernels of cached.cu on the CPU (warp.h) and compares them with the
// definition in f64: sequences that share prefixes, pieces that split them, and
// rows that see nothing of a piece. Build and run, from the repository's root:
//
//   g++ -std=c++17 -O2 -Itests/gpu -Isrc-tauri/crates/lm/src/backend/cuda
//       -o cached_emulated tests/gpu/cached_emulated.cpp && ./cached_emulated
#include "cached.cu"

#include <string>

namespace {

using std::vector;

float number(bf16 bits) { return bf16_low(bits); }

/// Aligned as the GPU's buffers are; all NaN at first.
struct Room {
    vector<Chunk> chunks;
    bf16* data;

    explicit Room(size_t numbers) : chunks((numbers + 7) / 8) {
        data = (bf16*)chunks.data();
        std::memset(data, 0xff, chunks.size() * 16);
        emulator::block.readable.push_back({(const char*)data, chunks.size() * 16});
    }
};

/// A run of positions, and its pages.
struct Run {
    int parent, length, past; // parent -1: none
    vector<Room> pages;
};

struct Sequence {
    int tail, rows; // its own run, of which the last `rows` positions are new
};

using Attend = decltype(&cached_attend_16);

Attend kernel(int dim) {
    switch (dim) {
    case 16: return cached_attend_16;
    case 32: return cached_attend_32;
    case 64: return cached_attend_64;
    case 96: return cached_attend_96;
    default: return cached_attend_128;
    }
}

int failures = 0;

void compare(int D, int kv, int group, vector<Run> runs, const vector<Sequence>& batch, int split) {
    emulator::block.readable.clear();
    const int layers = 2, layer = 1, heads = kv * group, width = kv * D, gap = 8;
    const long long layer_at = (long long)layer * 2 * width * PAGE;
    std::mt19937 random(D * 100 + (int)batch.size());
    std::normal_distribution<float> normal;
    vector<vector<float>> keys(runs.size()), values(runs.size());
    for (size_t i = 0; i < runs.size(); ++i) {
        Run& run = runs[i];
        run.past = run.parent < 0 ? 0 : runs[run.parent].past + runs[run.parent].length;
        for (int p = 0; p < run.length; p += PAGE) run.pages.emplace_back((size_t)layers * 2 * width * PAGE);
        keys[i].resize(run.length * width);
        values[i].resize(run.length * width);
        for (auto* side : {&keys[i], &values[i]}) {
            for (float& x : *side) x = number(bf16_bits(normal(random)));
        }
    }
    int rows = 0;
    for (const Sequence& s : batch) rows += s.rows;
    const int q_stride = heads * D + gap;
    Room q((size_t)rows * q_stride), out((size_t)rows * q_stride), new_k((size_t)rows * width), new_v((size_t)rows * width);
    for (int r = 0; r < rows; ++r) {
        for (int c = 0; c < heads * D; ++c) q.data[r * q_stride + c] = bf16_bits(normal(random) * 2);
    }

    // Everything goes into the pages by `store`, old positions and new ones alike.
    auto store = [&](Run& run, int i, int from, int count, Room& k, Room& v) {
        vector<u64> places;
        for (int p = 0; p < count; ++p) {
            const int at = from + p;
            places.push_back((u64)(run.pages[at / PAGE].data + at % PAGE * D));
            for (int c = 0; c < width; ++c) {
                k.data[p * width + c] = bf16_bits(keys[i][at * width + c]);
                v.data[p * width + c] = bf16_bits(values[i][at * width + c]);
            }
        }
        emulator::run(count, 1, 128, 0, [&] { cached_store(k.data, v.data, places.data(), layer_at, kv, D); });
    };
    for (size_t i = 0; i < runs.size(); ++i) {
        Room k((size_t)runs[i].length * width), v((size_t)runs[i].length * width);
        store(runs[i], (int)i, 0, runs[i].length, k, v);
    }

    // Pieces: one run after the other, all rows below it, `split` pages each.
    vector<u32> positions, list;
    vector<vector<u32>> of_row(rows);
    vector<Page> pages;
    vector<Piece> pieces;
    vector<vector<int>> below(runs.size());
    int row = 0;
    for (const Sequence& s : batch) {
        const Run& tail = runs[s.tail];
        for (int r = 0; r < s.rows; ++r, ++row) {
            positions.push_back(tail.past + tail.length - s.rows + r);
            for (int at = s.tail; at >= 0; at = runs[at].parent) below[at].push_back(row);
        }
    }
    int parts = 0;
    const int most = CACHED_ROWS / group;
    for (size_t i = 0; i < runs.size(); ++i) {
        for (size_t first = 0; first < below[i].size(); first += most) {
            const int count = std::min<int>(most, (int)(below[i].size() - first)), at = (int)list.size();
            list.insert(list.end(), below[i].begin() + first, below[i].begin() + first + count);
            for (size_t page = 0; page < runs[i].pages.size(); page += split) {
                const int begin = (int)pages.size();
                for (size_t n = page; n < std::min(page + split, runs[i].pages.size()); ++n) {
                    const int from = (int)n * PAGE;
                    pages.push_back({(u64)runs[i].pages[n].data, runs[i].past + from, std::min(PAGE, runs[i].length - from)});
                }
                pieces.push_back({at, count, begin, (int)pages.size() - begin, parts, {}});
                for (int r = 0; r < count; ++r) of_row[list[at + r]].push_back(parts + r * group);
                parts += count * group;
            }
        }
    }
    vector<u32> starts{0}, all;
    for (auto& of : of_row) {
        all.insert(all.end(), of.begin(), of.end());
        starts.push_back((u32)all.size());
    }
    vector<float> sums((size_t)kv * parts * D, NAN), weights((size_t)kv * parts * 2, NAN);
    const float scale = 1.0f / std::sqrt((float)D);
    emulator::run(kv, (int)pieces.size(), 128, cached_shared(D), [&] {
        kernel(D)(q.data, positions.data(), list.data(), pages.data(), pieces.data(), sums.data(), weights.data(), parts,
                  layer_at, kv, q_stride, group, scale);
    });
    emulator::run(rows, heads, 64, 0, [&] {
        cached_combine(sums.data(), weights.data(), starts.data(), all.data(), parts, group, D, out.data, q_stride);
    });

    double off = 0, size = 1e-30;
    row = 0;
    for (const Sequence& s : batch) {
        for (int r = 0; r < s.rows; ++r, ++row) {
            for (int h = 0; h < heads; ++h) {
                vector<double> score, sum(D);
                vector<const float*> value;
                double top = -INFINITY, total = 0;
                for (int at = s.tail; at >= 0; at = runs[at].parent) {
                    for (int p = 0; p < runs[at].length && runs[at].past + p <= (int)positions[row]; ++p) {
                        const size_t place = (size_t)p * width + h / group * D;
                        double dot = 0;
                        for (int c = 0; c < D; ++c) dot += (double)number(q.data[row * q_stride + h * D + c]) * keys[at][place + c];
                        score.push_back(dot * scale);
                        value.push_back(&values[at][place]);
                        top = std::max(top, score.back());
                    }
                }
                for (size_t i = 0; i < score.size(); ++i) {
                    const double w = std::exp(score[i] - top);
                    total += w;
                    for (int c = 0; c < D; ++c) sum[c] += w * value[i][c];
                }
                for (int c = 0; c < D; ++c) {
                    const double want = sum[c] / total;
                    off += std::pow(number(out.data[row * q_stride + h * D + c]) - want, 2);
                    size += want * want;
                }
            }
            for (int c = heads * D; c < q_stride; ++c) {
                if (out.data[row * q_stride + c] != 0xffff) ++failures, std::printf("FAILED D=%d: a write beside a row\n", D);
            }
        }
    }
    const double error = std::sqrt(off / size);
    if (!(error < 6e-3)) ++failures, std::printf("FAILED D=%d group=%d sequences=%zu: %.2e\n", D, group, batch.size(), error);
}

} // namespace

int main() {
    // A rubric, two outputs below it, samples below these; one sequence of its own.
    const vector<Run> tree = {{-1, 150, 0, {}}, {0, 70, 0, {}}, {0, 64, 0, {}}, {1, 3, 0, {}},
                              {1, 65, 0, {}},   {2, 1, 0, {}},  {-1, 130, 0, {}}};
    const vector<Sequence> batch = {{3, 3}, {4, 2}, {5, 1}, {6, 130}};
    compare(16, 2, 1, tree, batch, 8);
    compare(32, 1, 3, tree, batch, 1);
    compare(64, 2, 2, tree, batch, 2);
    compare(96, 1, 2, tree, {{3, 1}, {6, 40}}, 1);
    compare(128, 2, 2, tree, {{3, 1}, {4, 7}, {5, 1}}, 2);
    // More rows than a tile has, over one prefix.
    vector<Run> many = {{-1, 100, 0, {}}};
    vector<Sequence> each;
    for (int i = 0; i < 45; ++i) {
        many.push_back({0, 1 + i % 5, 0, {}});
        each.push_back({i + 1, 1});
    }
    compare(64, 1, 2, many, each, 1);
    if (failures) return 1;
    std::puts("cached attention: every kernel agrees with the definition");
    return 0;
}
