#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/http_server.hpp"

/// The answers of an OTLP/HTTP receiver (OTLP 1.x, "OTLP/HTTP Response"): the same encoding as the
/// request's, whatever the answer is.
namespace sidecar {

enum class otlp_encoding { protobuf, json };

/// The encoding of a media type, parameters ignored; nullopt for what is neither.
std::optional<otlp_encoding> encoding_of(std::string_view content_type) noexcept;

/// 200. With spans rejected, or just something to say, that is its partial success; the sender must
/// not send them again then.
core::server_response export_answer(otlp_encoding encoding, std::uint64_t rejected = 0,
                                    std::string_view message = {});

/// 4xx and 5xx: a google.rpc.Status. 503 comes with `Retry-After`, 405 with `Allow`.
core::server_response refusal_answer(otlp_encoding encoding, int status, std::string_view message);

/// 415 when the request's own type is none that could be answered in: plain text.
core::server_response unsupported_type_answer();

}  // namespace sidecar
