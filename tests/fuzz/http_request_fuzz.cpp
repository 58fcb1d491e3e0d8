#include <string>

#include "core/request_reader.hpp"
#include "tests/fuzz/wire.hpp"

using fuzz::require;

namespace {

core::http_server_limits limits() {
  core::http_server_limits out;
  out.head = 1024;
  out.body = 2048;
  return out;
}

/// What a server makes of a connection: its requests, and how it ended.
struct seen {
  std::string requests;
  std::size_t count = 0;
  int refused = 0;
  bool done = false;
};

core::task<> read(core::byte_stream& stream, seen& out) {
  static const auto within = limits();
  core::request_reader reader(fuzz::wire::worker(), stream, within);
  for (bool open = true; open;) {
    const core::received what = co_await reader.read();
    open = what == core::received::request && reader.keep_alive();
    if (what == core::received::bad) out.refused = reader.refusal().status;
    if (what != core::received::request) break;
    ++out.count;
    const auto& head = reader.head();
    out.requests.append(head.method).append(" ").append(head.target).append("\n");
    for (const auto& f : head.fields.all())
      out.requests.append(f.name).append(":").append(f.value).append("\n");
    require(reader.body().size() <= within.body);
    out.requests.append(reader.body()).append("\n\n");
    reader.finish();
  }
  out.done = true;
}

seen requests_in(std::string_view bytes, std::size_t cut) {
  fuzz::wire wire;
  seen out;
  wire.feed(read(wire.stream(), out), out.done, bytes, cut);
  return out;
}

}  // namespace

/// Requests do not depend on how their bytes were cut (the first one says where), whether they come
/// one by one or several at once.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto bytes = fuzz::text_of(data, size);
  const auto cut = fuzz::take_byte(bytes);
  const auto whole = requests_in(bytes, bytes.size());
  const auto split = requests_in(bytes, fuzz::place_in(bytes, cut));
  require(whole.requests == split.requests && whole.count == split.count);
  require(whole.refused == split.refused);
  require(whole.refused == 0 || (whole.refused >= 400 && whole.refused < 500));
  // The shortest request there is; a body is never taken for one.
  constexpr std::string_view shortest = "G / HTTP/1.0\r\n\r\n";
  require(whole.count * shortest.size() <= bytes.size());
  return 0;
}
