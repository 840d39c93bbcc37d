// The GPU's readers of quantised weights, run on the CPU from the very same
// source, against what gguf-py reads in the same rows:
//
//   quant_emulated tests/parity/fixtures/quant.safetensors
#include "quant.cuh"

#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <vector>

int main(int count, char** words) {
    if (count != 2) return std::fprintf(stderr, "usage: quant_emulated QUANT.safetensors\n"), 2;
    std::ifstream in(words[1], std::ios::binary);
    const std::vector<char> file((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    uint64_t header = 0;
    if (file.size() < 8) return std::fprintf(stderr, "%s can't be read\n", words[1]), 2;
    std::memcpy(&header, file.data(), 8);
    const std::string json(file.data() + 8, header);
    const char* data = file.data() + 8 + header;
    const auto at = [&](const std::string& name, size_t& bytes) -> const char* {
        std::smatch found;
        const std::regex entry("\"" + name + "\":\\s*\\{[^}]*\"data_offsets\":\\s*\\[(\\d+),\\s*(\\d+)\\]");
        if (!std::regex_search(json, found, entry)) return bytes = 0, nullptr;
        bytes = std::stoull(found[2]) - std::stoull(found[1]);
        return data + std::stoull(found[1]);
    };
    const struct {
        const char* name;
        int kind, size;
    } formats[] = {{"Q8_0", Q8_0, 34},  {"Q4_0", Q4_0, 18},  {"Q4_1", Q4_1, 20},
                   {"Q4_K", Q4_K, 144}, {"Q5_K", Q5_K, 176}, {"Q6_K", Q6_K, 210}};
    int wrong = 0;
    for (const auto& format : formats) {
        size_t stored = 0, read = 0;
        const auto* blocks = (const uint8_t*)at(std::string(format.name) + ".bytes", stored);
        const char* values = at(std::string(format.name) + ".values", read);
        const size_t width = block_width(format.kind), all = stored / format.size * width;
        if (!blocks || !values || read != all * sizeof(float) || all == 0) {
            std::printf("FAILED %s: the fixture holds no such rows\n", format.name);
            wrong++;
            continue;
        }
        double worst = 0.0, largest = 0.0;
        for (size_t i = 0; i < all; i++) {
            float want;
            std::memcpy(&want, values + i * sizeof(float), sizeof(float));
            const float got = element(format.kind, blocks + i / width * format.size, (int)(i % width));
            worst = std::fmax(worst, std::fabs((double)got - want));
            largest = std::fmax(largest, std::fabs((double)want));
        }
        const bool good = worst <= 1e-6 * largest && largest > 0.0;
        std::printf("%s %s: %zu values, at most %.1e apart of %.1e\n", good ? "ok" : "FAILED", format.name, all, worst, largest);
        wrong += !good;
    }
    return wrong ? 1 : 0;
}
