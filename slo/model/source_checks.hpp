#pragma once

#include "slo/model/references.hpp"

namespace slo {

/// The DataSources that an indicator refers to are there, and can be asked.
void check_sources(const indicator& sli, const references& known, reading& how);

}  // namespace slo
