#pragma once

#include <algorithm>
#include <string>
#include <string_view>

struct x509_st;

namespace core {

/// The names in a peer's certificate, a view of one text with a line each: its URIs (SPIFFE ids)
/// first, then its DNS names, each kind in the certificate's order. Names with characters that are
/// not printable ASCII, and spaces, are not among them: nobody is called that, and they could pass
/// for several names, or end a header.
class peer_names {
 public:
  peer_names() = default;
  explicit peer_names(std::string_view lines) noexcept : lines_(lines) {}

  bool empty() const noexcept { return lines_.empty(); }
  /// The name a peer goes by: its first URI, else its first DNS name; "" for none.
  std::string_view first() const noexcept { return lines_.substr(0, lines_.find('\n')); }
  template <class Predicate>
  bool any_of(Predicate holds) const {
    for (std::string_view rest = lines_; !rest.empty();) {
      const auto name = rest.substr(0, rest.find('\n'));
      if (holds(name)) return true;
      rest.remove_prefix(std::min(rest.size(), name.size() + 1));
    }
    return false;
  }

 private:
  std::string_view lines_;
};

/// The lines of a certificate's subject alternative names; "" when it has none that we take.
std::string read_peer_names(x509_st* certificate);

}  // namespace core
