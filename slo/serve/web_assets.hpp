#pragma once

#include "core/web_asset.hpp"

/// The files of slo/serve/web/, embedded at build time.
namespace slo::web {

core::web_asset page_html();
core::web_asset style_css();
core::web_asset live_js();
core::web_asset icon_svg();

}  // namespace slo::web
