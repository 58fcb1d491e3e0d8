#include "core/srv_answer.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

bool is_host_name(std::string_view name) {
  return !name.empty() && name.size() < 255 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  });
}

}  // namespace

/// Whatever a server says, its targets are host names; and what was cut off is not believed to the
/// end: a prefix gives the same or nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto answer = core::parse_srv_answer({data, size});
  if (!answer) return 0;
  require(!answer->records.empty() && answer->ttl <= 0x7fffffff);
  for (const auto& record : answer->records) require(is_host_name(record.target));
  const auto shorter = core::parse_srv_answer({data, size - 1});
  require(!shorter || shorter->records == answer->records);
  return 0;
}
