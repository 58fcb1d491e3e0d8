#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/call_context.hpp"
#include "api/types.hpp"
#include "core/task.hpp"

namespace api {

class database;

/// A piece of the list of securities, in the order of their ISINs. Empty filters let all pass.
struct security_page {
  std::string after;  ///< the ISIN before the first one; "" from the beginning
  int limit = 100;
  std::string country;
  std::string sector;
  std::string text;  ///< part of the name in any case, or the beginning of the ISIN
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

/// A statement for each set of filters, so that each has a plan of its own: its name, its SQL, and
/// the values of its parameters for a page. What may be a part of a name or the beginning of an
/// ISIN is looked for in both indexes: an OR over two columns would use neither. Such a statement
/// has no name and is planned each time: which way is short depends on the text, and a plan that
/// was made for one text and kept may walk through all securities for the next. Pure.
struct list_statement {
  std::string name;  ///< of the prepared one; "" for one that is not prepared
  std::string sql;
  std::vector<std::string> parameters;
};
list_statement make_list_statement(const security_page& page);

}  // namespace api
