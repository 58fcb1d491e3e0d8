#pragma once

#include <string>

namespace slo {

/// `5m`, `1h20m`, `3d4h`: the two largest units.
std::string brief_span(long minutes);

/// `12 %`, `0.45 %`: two significant digits, none more than needed.
std::string brief_percent(double share);

/// `0.1`, `10000`: up to four significant digits.
std::string brief_number(double number);

}  // namespace slo
