#include "slo/model/sli.hpp"

namespace slo {

std::optional<comparison> parse_comparison(std::string_view text) noexcept {
  if (text == "lte") return comparison::lte;
  if (text == "gte") return comparison::gte;
  if (text == "lt") return comparison::lt;
  if (text == "gt") return comparison::gt;
  return std::nullopt;
}

const char* to_promql(comparison op) noexcept {
  switch (op) {
    case comparison::lte: return "<=";
    case comparison::gte: return ">=";
    case comparison::lt: return "<";
    case comparison::gt: return ">";
  }
  return "";
}

}  // namespace slo
