#include "probe/format/reach.hpp"

#include "probe/format/rules.hpp"

namespace probe {

std::optional<boost::asio::ip::address> reach::source_address() const {
  if (source.empty()) return std::nullopt;
  boost::system::error_code wrong;
  const auto out = boost::asio::ip::make_address(source, wrong);
  return wrong ? std::nullopt : std::optional(out);
}

void reach::check(const core::node& from, core::reading& r) const {
  if (!source.empty() && !source_address())
    r.found.add(place_of(from, "source"), "\"" + source + "\" is no address", "such as 192.0.2.7");
}

}  // namespace probe
