#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace probe {

/// Shows secrets as `<secret>` in whatever is written down. Knows the spellings in which a service
/// may give back what it was sent: as it is, percent-encoded (any amount of it, either case, `+`
/// for a blank), as JSON, as JSON in JSON, in HTML, in base64 or base64url at any place of the
/// encoded text, and any of these percent-encoded once more or twice. Immutable; any thread.
class secret_mask {
 public:
  void add(std::string_view secret);
  /// Any beginning of a spelling that is long enough to be no accident (8 bytes, or all of it)
  /// goes, so that a secret that was cut is masked as well.
  std::string apply(std::string text) const;

  /// Where something stands in a text.
  struct stretch {
    std::size_t begin = 0, end = 0;
  };

 private:
  void find(std::string_view text, int layers, std::vector<stretch>& into) const;
  std::vector<std::string> secrets_;
  std::vector<std::string> encoded_;  // in base64
};

}  // namespace probe
