#include <cstdint>
#include <cstdlib>
#include <memory>

#include "core/framing.hpp"
#include "core/http_head.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

bool inside(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// What holds of every head that was accepted, whatever the bytes were.
template <class Head>
void check(const core::head_parse& parsed, std::string_view bytes, const Head& head) {
  using state = enum core::head_parse::state;
  require((parsed.state == state::bad) == (parsed.error != core::head_error::none));
  if (parsed.state != state::complete) return;
  require(parsed.size <= bytes.size());
  const auto used = bytes.substr(0, parsed.size);
  require(used.ends_with("\r\n"));
  require(used.find('\0') == used.npos);
  for (const auto& f : head.fields.all()) {
    require(inside(f.name, used) && inside(f.value, used) && !f.name.empty());
    require(f.name.find_first_of(" \t\r\n:") == f.name.npos);
    require(f.value.find_first_of("\r\n") == f.value.npos);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t limit = 4096;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto request = std::make_unique<core::request_head>();
  check(core::parse_request_head(bytes, limit, *request), bytes, *request);
  core::frame_request(*request);
  const auto response = std::make_unique<core::response_head>();
  check(core::parse_response_head(bytes, limit, *response), bytes, *response);
  core::frame_response(*response, false);
  return 0;
}
