#pragma once

#include <map>
#include <string>
#include <string_view>

namespace core {

/// A template with each `{{name}}` replaced, once and for all: what is put in is not looked at. A
/// name without a value stays.
std::string fill_template(std::string_view page, const std::map<std::string, std::string>& values);

}  // namespace core
