#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/document.hpp"

namespace slo {

/// Reads the members of one map strictly: every member must have been asked for by the time
/// `finish` runs, otherwise it is an unknown field. Problems go to the list; reading goes on.
class field_reader {
 public:
  /// `what` names the map in messages ("metadata"); a node that is no map is a problem.
  field_reader(const core::node& from, std::string what, core::problems& found);

  /// The member, or null when it is absent or empty.
  const core::node* optional(std::string_view name);
  /// The member; absent is a problem.
  const core::node* required(std::string_view name, std::string_view expected);
  /// A scalar's text with a length limit in characters; "" when absent.
  std::string text(std::string_view name, std::size_t limit);
  std::string required_text(std::string_view name, std::string_view expected);
  /// `true` or `false`.
  std::optional<bool> boolean(std::string_view name);
  /// Reports members that nobody asked for.
  void finish();

  /// Where the map stands.
  const core::position& at() const noexcept { return from_.at; }
  bool usable() const noexcept { return from_.is_map(); }
  void problem(const core::position& at, std::string what, std::string expected = {}) {
    found_.add(at, std::move(what), std::move(expected));
  }

 private:
  const core::node* find(std::string_view name);
  const core::node& from_;
  std::string what_;
  core::problems& found_;
  std::vector<std::string> known_;
};

}  // namespace slo
