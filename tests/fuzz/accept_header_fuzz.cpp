#include <cctype>
#include <string>

#include "core/entity_tag.hpp"
#include "core/exposition.hpp"
#include "tests/fuzz/fuzzing.hpp"

using core::exposition_format;
using fuzz::require;

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// The elements in reverse order, with blanks around them.
std::string reversed(std::string_view accept) {
  std::string out;
  for (;; accept.remove_prefix(accept.find(',') + 1)) {
    out.insert(0, (out.empty() ? " " : " ,\t") + std::string());
    out.insert(0, accept.substr(0, accept.find(',')));
    if (accept.find(',') == accept.npos) return out;
  }
}

}  // namespace

/// Which exposition an Accept header gets depends neither on the order of its elements nor on case
/// and blanks; OpenMetrics is only given to whom asks for it by name. So it is with gzip.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto accept = fuzz::text_of(data, size);
  const auto format = core::negotiate_exposition(accept);
  require(core::negotiate_exposition(reversed(accept)) == format);
  require(core::negotiate_exposition(lower(accept)) == format);
  require(core::negotiate_exposition(std::string(accept) + "," + std::string(accept)) == format);
  require(core::content_type(format) != nullptr);

  const bool named = lower(accept).find("application/openmetrics-text") != std::string::npos;
  require(named || format == exposition_format::text);
  const auto asked = std::string(accept) + ",application/openmetrics-text; version=1.0.0";
  require(core::negotiate_exposition(asked) == exposition_format::openmetrics);

  require(core::accepts_gzip(reversed(accept)) == core::accepts_gzip(accept));
  require(core::accepts_gzip(lower(accept)) == core::accepts_gzip(accept));
  require(core::accepts_gzip(std::string(accept) + ",gzip"));
  return 0;
}
