#include "sidecar/config/protection_config.hpp"

#include "sidecar/config/field_name.hpp"
#include "sidecar/config/place.hpp"

namespace sidecar {

void rate_config::check(const rate_config& value, const core::node& from, core::reading& r) {
  const bool by_header = value.by == rate_key::header;
  if (by_header && value.header.empty())
    r.found.add(place(from, "by"), "by: header without a header",
                "header: the name of the one to count by, such as authorization");
  if (!by_header && !value.header.empty())
    r.found.add(place(from, "header"), "a header that nothing is counted by", "by: header");
  if (!value.header.empty() && !is_field_name(value.header))
    r.found.add(place(from, "header"), "\"" + value.header + "\" is no header's name",
                "a name such as x-api-key");
}

}  // namespace sidecar
