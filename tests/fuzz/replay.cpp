// Drives a fuzz target without a fuzzer: its seeds, every prefix of each, and mutations of them
// from a fixed seed of randomness. It proves that the target still builds and its properties hold
// on what is known; finding new things is libFuzzer's.
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run(const std::string& input) {
  // A copy of exactly this size, so that a sanitizer sees a read beyond the end.
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

std::string mutate(std::string text, const std::string& other, std::mt19937& random) {
  for (auto edits = random() % 4 + 1; edits > 0; --edits) {
    const std::size_t at = text.empty() ? 0 : random() % text.size();
    switch (random() % 5) {
      case 0:
        if (!text.empty()) text[at] = static_cast<char>(random());
        break;
      case 1: text.insert(at, 1, static_cast<char>(random())); break;
      case 2: text.erase(at, random() % 4 + 1); break;
      case 3: text.insert(at, text.substr(random() % (text.size() + 1), random() % 16)); break;
      default: text = text.substr(0, at) + other.substr(std::min(at, other.size())); break;
    }
  }
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> seeds;
  if (argc == 2 && std::filesystem::is_directory(argv[1]))
    for (const auto& file : std::filesystem::directory_iterator(argv[1])) {
      std::ifstream in(file.path(), std::ios::binary);
      seeds.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
  if (seeds.empty()) {
    std::fprintf(stderr, "usage: %s SEED_DIRECTORY (with at least one seed)\n", argv[0]);
    return 64;
  }
  std::size_t runs = 0;
  for (const auto& seed : seeds)
    for (std::size_t n = 0; n <= seed.size(); ++n, ++runs) run(seed.substr(0, n));
  std::mt19937 random(20240601);
  for (int i = 0; i < 20000; ++i, ++runs)
    run(mutate(seeds[random() % seeds.size()], seeds[random() % seeds.size()], random));
  std::printf("%zu inputs from %zu seeds\n", runs, seeds.size());
  return 0;
}
