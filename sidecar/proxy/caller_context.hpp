#pragma once

#include <optional>

#include "sidecar/proxy/exchange_record.hpp"

namespace sidecar {

struct reply;

/// Reads the incoming trace context (W3C Trace Context level 2): two traceparent fields or an
/// invalid one start a new trace and drop the tracestate; an invalid tracestate is dropped alone.
class caller_context {
 public:
  std::optional<reply> before(exchange_record& record) const;
};

}  // namespace sidecar
