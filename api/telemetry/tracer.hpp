#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/clock.hpp"
#include "core/span.hpp"
#include "core/span_sink.hpp"
#include "core/worker.hpp"

namespace api {

/// A span that is being recorded, or nothing at all when its trace is not sampled. Ends when it is
/// destroyed. Belongs to its worker's thread.
class active_span {
 public:
  active_span(core::worker& w, core::span_sink& sink, core::span_context parent,
              core::span_kind kind, std::string_view name, core::instant start);
  active_span(active_span&& other) noexcept
      : worker_(other.worker_),
        sink_(other.sink_),
        context_(other.context_),
        span_(std::exchange(other.span_, std::nullopt)) {}
  active_span& operator=(active_span&&) = delete;
  ~active_span();

  bool recorded() const noexcept { return span_.has_value(); }
  /// What to hand down: this span, or the parent as it was when this one is not recorded.
  const core::span_context& context() const noexcept { return context_; }

  void set(const char* key, std::string_view value);
  void set(const char* key, std::int64_t value);
  void link(const core::span_context& other);
  /// Marks the span as failed.
  void fail(std::string_view why);

 private:
  core::worker& worker_;
  core::span_sink& sink_;
  core::span_context context_;
  std::optional<core::span> span_;
};

/// Makes spans of one program. The sidecar decides what is sampled; we follow its flag, and record
/// nothing for calls that belong to no trace.
class tracer {
 public:
  tracer(core::worker& w, core::span_sink& sink) : worker_(w), sink_(sink) {}

  active_span start(const core::span_context& parent, core::span_kind kind, std::string_view name,
                    core::instant start = core::now()) {
    return active_span(worker_, sink_, parent, kind, name, start);
  }
  core::worker& owner() noexcept { return worker_; }

 private:
  core::worker& worker_;
  core::span_sink& sink_;
};

}  // namespace api
