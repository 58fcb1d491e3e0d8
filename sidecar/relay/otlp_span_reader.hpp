#pragma once

#include <string_view>

#include "sidecar/relay/otlp_splice.hpp"

namespace sidecar {

/// Reads an encoded Span message; throws protozero's exceptions for what is malformed.
span_view read_span(std::string_view bytes, span_detail detail);

/// The key of an encoded KeyValue message; likewise.
std::string_view key_of(std::string_view bytes);

}  // namespace sidecar
