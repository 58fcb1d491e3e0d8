#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/function_ref.hpp"
#include "core/span.hpp"
#include "core/task.hpp"

/// Reading and cutting ExportTraceServiceRequest bodies (OTLP 1.x, protobuf) without decoding them:
/// one pass, views into the body, no allocation for reading. Everything here is pure and may be
/// called on any thread. A body that is no well-formed request down to the fields of its spans is
/// `core::errc::malformed`; what the attributes, events and links of a span hold is not looked
/// into. What a visitor or predicate throws passes through.
namespace sidecar {

/// What is read of one span. Views point into the body.
struct span_view {
  core::trace_id trace;  ///< none when absent, all zero, or not of 16 bytes
  core::span_id span;    ///< none when absent, all zero, or not of 8 bytes
  core::span_id parent;  ///< none for a root
  core::span_kind kind = core::span_kind::internal;  ///< also for "unspecified" and unknown kinds
  std::uint64_t start = 0;                           ///< nanoseconds since the Unix epoch
  std::uint64_t end = 0;
  bool error = false;           ///< its status says so
  std::string_view name;        ///< not checked to be UTF-8
  std::string_view http_route;  ///< of the attribute; only when asked for, empty otherwise
  std::string_view bytes;       ///< the encoded Span message

  /// A span without both ids is not valid; receivers reject it.
  bool valid() const noexcept { return static_cast<bool>(trace) && static_cast<bool>(span); }
};

/// What to read beside the fields of a span itself.
enum class span_detail { none, http_route };

/// Calls `visit` with each span in the body's order, those that are not valid included, and returns
/// how many there were. When the body turns out malformed, spans before that place were visited.
core::result<std::uint64_t> visit_spans(std::string_view body,
                                        core::function_ref<void(const span_view&)> visit,
                                        span_detail detail = span_detail::none);

/// A new body with the spans for which `keep` says true, in their order. Resource and scope
/// messages, schema URLs and unknown fields are copied byte for byte; scopes and resources that
/// have no span left (or had none) are left out, so that nothing kept is an empty body.
/// `extra_resource_attributes` are encoded `Resource.attributes` fields (as `encode_resource`
/// writes them): each is appended to every Resource message that lacks its key, also to one that
/// is absent.
core::result<std::string> splice(std::string_view body,
                                 core::function_ref<bool(const span_view&)> keep,
                                 std::string_view extra_resource_attributes = {},
                                 span_detail detail = span_detail::none);

/// How many attributes `splice` would append, over all resources of the body.
core::result<std::uint64_t> count_missing_attributes(std::string_view body,
                                                     std::string_view extra_resource_attributes);

}  // namespace sidecar
