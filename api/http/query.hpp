#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/problem_details.hpp"

namespace api {

/// The parameters of a request's query, read strictly: what is unknown, given twice or not encoded
/// properly is a problem, since a filter that is silently not applied gives a wrong answer.
class query_reader {
 public:
  query_reader(std::string_view query, std::span<const std::string_view> known);

  /// A parameter's decoded value; nullopt when it was not given.
  std::optional<std::string> text(std::string_view name) const;
  /// One of at least `shortest` and at most `longest` characters; "" when not given. A problem for
  /// any other, and for text that is not UTF-8 or has control characters.
  std::string text(std::string_view name, std::size_t shortest, std::size_t longest);
  /// A decimal number from `low` to `high`; `otherwise` when not given.
  std::int64_t number(std::string_view name, std::int64_t low, std::int64_t high,
                      std::int64_t otherwise);

  void refuse(std::string_view name, std::string why);
  const std::vector<core::problem_item>& problems() const noexcept { return problems_; }
  bool good() const noexcept { return problems_.empty(); }
  /// 400 with all problems.
  core::server_response refusal() const;

 private:
  void take(std::string_view pair, std::span<const std::string_view> known);

  std::vector<std::pair<std::string, std::string>> values_;
  std::vector<core::problem_item> problems_;
};

}  // namespace api
