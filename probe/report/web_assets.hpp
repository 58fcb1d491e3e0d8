#pragma once

#include "core/web_asset.hpp"

/// The files of probe/report/web/, embedded at build time.
namespace probe::web {

core::web_asset failures_html();

}  // namespace probe::web
