#pragma once

#include <string_view>

namespace core {

/// A page, style sheet or script that was embedded into the program at build time
/// (cmake/web_assets.cmake). Static storage.
struct web_asset {
  std::string_view name;          ///< file name, `page.html`
  std::string_view content_type;  ///< by its extension
  std::string_view content;
};

}  // namespace core
