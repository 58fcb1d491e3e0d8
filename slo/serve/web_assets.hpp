#pragma once

#include "core/web_asset.hpp"

/// The files of slo/serve/web/, and the charting library, embedded at build time.
namespace slo::web {

core::web_asset page_html();
core::web_asset plain_html();
core::web_asset style_css();
core::web_asset icon_svg();
core::web_asset theme_js();
core::web_asset page_js();
core::web_asset elements_js();
core::web_asset numbers_js();
core::web_asset source_js();
core::web_asset overview_js();
core::web_asset detail_js();
core::web_asset charts_js();
core::web_asset probes_js();
/// https://dygraphs.com, from Debian's package libjs-dygraphs.
core::web_asset dygraph_min_js();
core::web_asset dygraph_css();

}  // namespace slo::web
