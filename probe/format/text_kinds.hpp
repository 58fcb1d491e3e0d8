#pragma once

#include "probe/format/template_text.hpp"

/// How the scenario's own value types are read: the kinds behind `core::kind_of` of template_text,
/// json_template, json_pointer, pattern and status_set.
namespace probe {

/// Reads a scalar as a template, kept as written: `${…}` is ours here and never the environment's.
void read_template(const core::node& from, template_text& into, core::reading& r);

}  // namespace probe
