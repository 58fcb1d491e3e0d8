#include "sidecar/proxy/body_relay.hpp"

#include <algorithm>

#include "core/worker.hpp"

namespace sidecar {
namespace {

/// Sends what of the window belongs to the body.
core::task<relay_end> drain_window(read_window& window, core::byte_stream& to, relay_job& job) {
  body_progress& progress = job.progress;
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
  co_return relay_end::done;
}

}  // namespace

bool body_progress::done() const noexcept {
  switch (kind_) {
    case core::body_kind::length: return left_ == 0;
    case core::body_kind::chunked: return ended_;
    case core::body_kind::until_close: return false;
    default: return true;
  }
}

std::size_t body_progress::readable(std::size_t space) const noexcept {
  if (kind_ != core::body_kind::length) return space;
  return static_cast<std::size_t>(std::min<std::uint64_t>(left_, space));
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
  body_progress& progress = job.progress;
  const auto begun = co_await drain_window(window, to, job);
  if (begun != relay_end::done) co_return begun;
  const bool in_bulk = job.kind != core::body_kind::chunked || !job.keep_surplus;
  while (!progress.done()) {
    if (job.stop) co_return relay_end::stopped;
    const auto until = core::deadline::in(job.pause, core::now());
    from.expires(until);
    to.expires(until);
    core::bulk_pool::lease memory;
    read_window bulk;
    if (in_bulk) {
      memory = from.owner().bulk.lend();
      bulk = read_window(memory.bytes());
    }
    read_window& in = in_bulk ? bulk : window;
    const auto space = in.space();
    const auto got = from.try_read(space.first(progress.readable(space.size())));
    if (!got) {
      const bool ended =
          job.kind == core::body_kind::until_close && got.error() == core::errc::closed;
      co_return ended ? relay_end::done : relay_end::source_failed;
    }
    if (*got == 0) {
      memory.reset();  // whoever waits holds none
      co_await from.until_readable();
      continue;
    }
    in.filled(*got);
    const auto sent = co_await drain_window(in, to, job);
    if (sent != relay_end::done) co_return sent;
    job.surplus = in_bulk && !bulk.bytes().empty();
  }
  co_return relay_end::done;
}

}  // namespace sidecar
