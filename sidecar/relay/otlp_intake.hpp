#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/gzip.hpp"
#include "core/span_sink.hpp"
#include "sidecar/config/relay_config.hpp"
#include "sidecar/relay/otlp_answer.hpp"

/// The decisions of the OTLP/HTTP receiver, without I/O: what a request is, whether it is taken,
/// and what of it goes on (OTLP 1.x, "OTLP/HTTP Request").
namespace sidecar {

/// What became of a request: label values of `remora_relay_requests_total`.
enum class relay_result {
  accepted,     ///< 200, all of it
  partial,      ///< 200, some of its spans were not valid
  malformed,    ///< 400: no gzip, no protobuf, no JSON, bad framing
  not_found,    ///< 404
  bad_method,   ///< 405
  too_large,    ///< 413, before or after decompression; 431
  unsupported,  ///< 415: media type or content coding
  queue_full,   ///< 503
  memory_full,  ///< 503
  failed        ///< 500
};
inline constexpr int relay_result_count = 10;
const char* to_label(relay_result result) noexcept;

/// Why a request is not taken.
struct otlp_refusal {
  int status = 400;
  std::string message;
};
relay_result result_of(const otlp_refusal& refusal) noexcept;

/// How a body is to be read, by its head alone.
struct otlp_form {
  otlp_encoding encoding = otlp_encoding::protobuf;
  bool gzip = false;
};
struct otlp_head {
  std::string_view method, path;
  std::string_view content_type, content_encoding;  ///< "" when absent
};
std::variant<otlp_form, otlp_refusal> read_form(const otlp_head& head);

/// What is taken of a request.
struct otlp_intake {
  core::span_batch batch;      ///< protobuf; valid spans only, resources completed
  std::uint64_t rejected = 0;  ///< spans without valid ids, left out
};

/// Reads bodies. Not thread-safe: one state of zlib is used again and again.
class otlp_reader {
 public:
  /// `service` is the service.name of resources without one.
  otlp_reader(const relay_config& config, const std::string& service);
  std::variant<otlp_intake, otlp_refusal> read(otlp_form form, std::string body);

 private:
  std::optional<otlp_refusal> decode(otlp_form form, std::string& body);

  std::size_t limit_;
  std::string resource_;  // encoded attributes
  core::gzip_reader gzip_;
};

}  // namespace sidecar
