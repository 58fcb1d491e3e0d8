#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/call_context.hpp"
#include "api/types.hpp"
#include "core/task.hpp"

namespace api {

/// Scores by ISIN: the table (role scores), or the scores API in front of it (role securities).
/// Errors mean that it cannot be asked now; of a write, that it was done or not.
class score_store {
 public:
  virtual ~score_store() = default;
  /// Nullopt: there is no score.
  virtual core::task<core::result<std::optional<score>>> find(call_context call,
                                                              std::string isin) = 0;
  /// The scores that there are, in the order of their ISINs.
  virtual core::task<core::result<std::vector<score>>> find_all(call_context call,
                                                                std::vector<std::string> isins) = 0;
  /// Writes a score as of now and gives it as it is stored; nullopt when there is no such security.
  virtual core::task<core::result<std::optional<score>>> put(call_context call,
                                                             new_score value) = 0;
  /// Writes all of them as of now, or none: gives the ISINs that no security has, and writes only
  /// when there are none of these. No ISIN is there twice.
  virtual core::task<core::result<std::vector<std::string>>> put_all(
      call_context call, std::vector<new_score> values) = 0;
};

}  // namespace api
