#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/call_context.hpp"
#include "api/types.hpp"
#include "core/task.hpp"

namespace api {

class database;

/// A piece of the list of all securities, in the order of their ISINs.
struct security_page {
  std::string after;  ///< the ISIN before the first one; "" from the beginning
  int limit = 100;
};

/// Reads securities. Errors: see `database`.
class security_repository {
 public:
  virtual ~security_repository() = default;
  virtual core::task<core::result<std::vector<security>>> list(call_context call,
                                                               security_page page) = 0;
  virtual core::task<core::result<std::optional<security>>> find(call_context call,
                                                                 std::string isin) = 0;
};

class postgres_security_repository final : public security_repository {
 public:
  explicit postgres_security_repository(database& db);
  core::task<core::result<std::vector<security>>> list(call_context call,
                                                       security_page page) override;
  core::task<core::result<std::optional<security>>> find(call_context call,
                                                         std::string isin) override;

 private:
  database& database_;
};

}  // namespace api
