#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace core {

/// Text as text, on one line: what Markdown, HTML or a mention would make of it is escaped. Beyond
/// `limit` bytes it ends with an ellipsis.
std::string markdown_text(std::string_view text, std::size_t limit = 300);

/// For identifiers, which have no backtick; anything else is shown as text.
std::string markdown_code(std::string_view text);

}  // namespace core
