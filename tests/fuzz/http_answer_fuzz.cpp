#include <string>

#include "core/http_exchange.hpp"
#include "tests/fuzz/wire.hpp"

using fuzz::require;

namespace {

constexpr core::exchange_limits limits{1024, 2048};

core::task<> read(core::byte_stream& stream, const char* method, core::exchanged& out, bool& done) {
  core::outgoing_request request;
  request.method = method;
  request.headers.emplace_back("Host", "h");
  out = co_await core::exchange(stream, request, limits, core::deadline::never());
  done = true;
}

core::exchanged answer_to(const char* method, std::string_view bytes, std::size_t cut) {
  fuzz::wire wire;
  core::exchanged out;
  bool done = false;
  wire.feed(read(wire.stream(), method, out, done), done, bytes, cut);
  return out;
}

void check(const char* method, std::string_view bytes, std::size_t cut) {
  const auto whole = answer_to(method, bytes, bytes.size());
  const auto split = answer_to(method, bytes, cut);
  require(whole.error == split.error && whole.answered_nothing == bytes.empty());
  require(whole.answer.body.size() <= limits.body);
  if (whole.error) return;
  require(whole.answer.status >= 200 && whole.answer.status == split.answer.status);
  require(whole.answer.headers == split.answer.headers && whole.answer.body == split.answer.body);
  // Nothing may be left behind an answer whose stream is used again.
  require(!whole.answer.reusable || bytes.ends_with(whole.answer.body) ||
          bytes.ends_with("\r\n\r\n"));
}

}  // namespace

/// Answers of servers do not depend on how their bytes were cut (the first one says where).
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto bytes = fuzz::text_of(data, size);
  const auto cut =
      fuzz::place_in(bytes.substr(std::min<std::size_t>(1, bytes.size())), fuzz::take_byte(bytes));
  check("GET", bytes, cut);
  check("HEAD", bytes, cut);
  return 0;
}
