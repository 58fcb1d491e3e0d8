#pragma once

#include <optional>
#include <string>

#include "core/http_server.hpp"

namespace slo {

/// A body that is answered again and again, with its entity tag and its form in gzip: 304 to who
/// has it already, gzip to who takes it. Used by one thread.
class served_body {
 public:
  served_body(std::string content_type, std::string body);

  core::server_response answer(const core::server_request& request) const;
  const std::string& body() const noexcept { return body_; }

 private:
  const std::string& zipped() const;  // made when first asked for; "" when it is no smaller

  std::string content_type_, body_;
  std::string tag_;  // without quotes
  mutable std::optional<std::string> zipped_;
};

/// Adds what every answer says: the page needs nothing from anywhere else, and must not be made to.
core::server_response secured(core::server_response response);

}  // namespace slo
