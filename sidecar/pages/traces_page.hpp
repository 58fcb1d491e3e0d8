#pragma once

#include "core/admin.hpp"
#include "sidecar/relay/trace_ring.hpp"

namespace core {
class worker;
}

namespace sidecar {

/// /traces and /traces/ID on the admin port, for operators: JSON, and for a browser the page that
/// shows it. Spans are read when they are asked for, in pieces, so that the worker's traffic gets
/// its turns. Nothing is shown that is not in the spans.
class traces_page {
 public:
  /// The ring and the worker outlive the page, and the page the admin port.
  traces_page(core::worker& w, const trace_ring& ring) : worker_(w), ring_(ring) {}
  void add_to(core::admin& admin);

 private:
  core::task<core::server_response> list(const core::server_request& request);
  core::server_response one(const core::server_request& request) const;

  core::worker& worker_;
  const trace_ring& ring_;
};

}  // namespace sidecar
