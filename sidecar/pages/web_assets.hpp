#pragma once

#include "core/web_asset.hpp"

/// The files of sidecar/pages/web/, embedded at build time.
namespace sidecar::web {

core::web_asset traces_html();
core::web_asset traces_css();
core::web_asset traces_js();
core::web_asset waterfall_js();

}  // namespace sidecar::web
