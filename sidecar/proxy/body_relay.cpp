#include "sidecar/proxy/body_relay.hpp"

#include <algorithm>

namespace sidecar {

bool body_progress::done() const noexcept {
  switch (kind_) {
    case core::body_kind::length: return left_ == 0;
    case core::body_kind::chunked: return ended_;
    case core::body_kind::until_close: return false;
    default: return true;
  }
}

body_progress::part body_progress::next(std::string_view input, bool payload_only) noexcept {
  switch (kind_) {
    case core::body_kind::length: {
      const auto take = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
      left_ -= take;
      return {take, input.substr(0, take), false};
    }
    case core::body_kind::chunked: {
      const auto step = payload_only ? scanner_.next(input) : scanner_.skip(input);
      ended_ = step.done;
      return {step.consumed, payload_only ? step.payload : input.substr(0, step.consumed),
              step.bad};
    }
    case core::body_kind::until_close: return {input.size(), input, false};
    default: return {};
  }
}

core::task<relay_end> relay_body(core::byte_stream& from, read_window& window,
                                 core::byte_stream& to, relay_job& job) {
  body_progress progress(job.frame);
  for (;;) {
    while (!window.bytes().empty() && !progress.done()) {
      const auto part = progress.next(window.bytes(), job.dechunk);
      if (part.bad) co_return relay_end::malformed;
      if (!part.payload.empty()) {
        const auto sent = co_await to.write(part.payload);
        if (!sent) co_return relay_end::sink_failed;
      }
      window.consume(part.take);
      job.bytes += part.take;
    }
    if (progress.done()) co_return relay_end::done;

    const auto until = core::deadline::in(job.pause, core::now());
    from.expires(until);
    to.expires(until);
    auto got = co_await from.read_some(window.space());
    if (!got) {
      const bool ended =
          job.frame.kind == core::body_kind::until_close && got.error() == core::errc::closed;
      co_return ended ? relay_end::done : relay_end::source_failed;
    }
    window.filled(*got);
  }
}

}  // namespace sidecar
