#pragma once

#include <string>
#include <utility>

#include "core/document.hpp"

namespace slo {

/// How OpenSLO files are understood. `strict`: the rules of the specification's own SDK. `lenient`:
/// also what published examples write against them; what was assumed is noted.
/// docs/openslo.md lists every difference.
enum class profile { strict, lenient };

/// Where everything goes that is noticed while documents are read and resolved.
class reading {
 public:
  reading(profile rules, core::problems& found, core::problems& notes)
      : rules_(rules), found_(found), notes_(notes) {}

  core::problems& found() noexcept { return found_; }
  bool lenient() const noexcept { return rules_ == profile::lenient; }

  void problem(const core::position& at, std::string what, std::string expected = {}) {
    found_.add(at, std::move(what), std::move(expected));
  }
  /// Nothing is wrong, but a person should know.
  void note(const core::position& at, std::string what) { notes_.add(at, std::move(what)); }
  /// Something that only the lenient profile reads: a problem, or a note of what is `assumed`.
  /// Whether to go on with that.
  bool deviation(const core::position& at, std::string what, std::string expected,
                 const std::string& assumed) {
    if (!lenient()) {
      found_.add(at, std::move(what), std::move(expected));
      return false;
    }
    notes_.add(at, what + "; " + assumed);
    return true;
  }

 private:
  profile rules_;
  core::problems& found_;
  core::problems& notes_;
};

}  // namespace slo
