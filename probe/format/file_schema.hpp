#pragma once

#include <string>

namespace probe {

/// The JSON Schemas (draft 2020-12) of the probe's files, for editors: the tables that the files
/// are read by, and those of their rules that a schema can express. What is accepted when it is
/// read is valid by its schema; a schema cannot see references, names that occur twice or what the
/// environment holds. Indented, with a newline at the end.
std::string scenario_schema();
std::string config_schema();

}  // namespace probe
