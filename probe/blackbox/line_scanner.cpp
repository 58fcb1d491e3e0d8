#include "probe/blackbox/line_scanner.hpp"

#include "core/byte_stream.hpp"
#include "core/worker.hpp"

namespace probe::blackbox {

std::optional<std::string> line_scanner::take(std::size_t size, std::size_t with_end) {
  std::string line = pending_.substr(0, size);
  pending_.erase(0, with_end);
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

core::task<std::optional<std::string>> line_scanner::next(core::byte_stream& from) {
  for (;;) {
    if (const auto end = pending_.find('\n'); end != std::string::npos)
      co_return take(end, end + 1);
    if (ended_) {
      if (pending_.empty()) co_return std::nullopt;
      co_return take(pending_.size(), pending_.size());
    }
    if (pending_.size() >= longest) {
      error_ = core::errc::too_large;
      co_return std::nullopt;
    }
    auto piece = from.owner().buffers.lend();
    auto got = co_await from.read_some(piece.bytes());
    if (got) {
      pending_.append(piece.data(), *got);
      continue;
    }
    ended_ = true;
    if (got.error() != core::errc::closed) error_ = got.error();
  }
}

}  // namespace probe::blackbox
