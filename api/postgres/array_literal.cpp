#include "api/postgres/array_literal.hpp"

namespace api {

std::string array_literal(std::span<const std::string> texts) {
  std::string out = "{";
  for (const auto& text : texts) {
    if (out.size() > 1) out.push_back(',');
    out.push_back('"');
    for (const char c : text) {
      if (c == '"' || c == '\\') out.push_back('\\');
      out.push_back(c);
    }
    out.push_back('"');
  }
  out.push_back('}');
  return out;
}

}  // namespace api
