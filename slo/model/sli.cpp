#include "slo/model/sli.hpp"

namespace slo {

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
