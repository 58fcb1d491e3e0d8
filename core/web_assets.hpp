#pragma once

#include "core/web_asset.hpp"

/// The files of core/web/, embedded at build time: the frame of pages that stand alone, in which
/// style and script are put (core/page_template.hpp).
namespace core::web {

core::web_asset report_html();
core::web_asset report_css();
core::web_asset report_js();

}  // namespace core::web
