#pragma once

#include <span>
#include <string>

namespace api {

/// A PostgreSQL array literal of texts. Pure.
std::string array_literal(std::span<const std::string> texts);

}  // namespace api
