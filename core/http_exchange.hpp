#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/byte_stream.hpp"
#include "core/clock.hpp"
#include "core/task.hpp"

namespace core {

/// Header fields as owned strings, in order.
using header_list = std::vector<std::pair<std::string, std::string>>;

/// A request to send. `Host`, `Content-Length` are the caller's business only as far as given:
/// `Content-Length` is added for a body, `Host` must be present.
struct outgoing_request {
  std::string method = "GET";
  std::string target = "/";
  header_list headers;
  std::string body;
  std::string_view lent_body{};  ///< instead of `body`: bytes that outlive the exchange

  std::string_view content() const noexcept { return lent_body.empty() ? body : lent_body; }
};

/// When each part of an exchange ended.
struct exchange_times {
  instant start{};
  instant sent{};        ///< the whole request was handed to the kernel
  instant first_byte{};  ///< of the answer, an informational one included
  instant head{};        ///< the (final) answer's head was there
  instant done{};        ///< last byte of the body
};

struct exchange_limits {
  std::size_t head = 64 * 1024;
  std::uint64_t body = 16 * 1024 * 1024;
  /// How much of the body is kept; what comes behind it is only counted.
  std::size_t keep = std::string::npos;
};

/// A whole answer. Informational (1xx) answers are counted and skipped.
struct http_answer {
  int status = 0;
  int informational = 0;  ///< answers before this one
  bool legacy = false;    ///< HTTP/1.0
  header_list headers;
  std::string body;
  std::uint64_t body_size = 0;  ///< bytes of the body that came, kept or not
  exchange_times times;
  bool reusable = false;  ///< the stream may carry another request

  /// The first header of that name.
  std::optional<std::string_view> header(std::string_view name) const noexcept;
};

/// How far an exchange came: an answer, or the error and what there is of the answer so far: a
/// status when its head was whole, and the beginning of its body.
struct exchanged {
  http_answer answer;
  error_code error;  ///< `errc::too_large`: the body when there is a status, else the head
  bool answered_nothing = true;  ///< not one byte came back: a reused stream was stale
};

/// One request over one stream; no redirect, no retry, no pool. The stream's deadline is set to
/// `until`. Lives on the stream's worker.
task<exchanged> exchange(byte_stream& stream, const outgoing_request& request,
                         exchange_limits limits, deadline until);

}  // namespace core
