#pragma once

#include <string>
#include <string_view>

namespace core {

/// Text with the five characters that mean something in HTML and XML escaped; for content and for
/// quoted attribute values. Bytes that neither may contain (control characters other than tab and
/// line ends, what is no UTF-8) become U+FFFD, so that the result is always well-formed.
std::string html_text(std::string_view text);

}  // namespace core
