#pragma once

#include <string>
#include <string_view>

namespace tests {

/// A gzip body (RFC 1952) of `text`.
std::string gzip(std::string_view text);

}  // namespace tests
