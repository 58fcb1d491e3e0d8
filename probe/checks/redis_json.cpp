#include "core/json_text.hpp"
#include "probe/checks/redis_check.hpp"

namespace probe {

std::string redis_json(const core::redis_reply& reply) {
  switch (reply.kind) {
    case core::redis_kind::nil: return "null";
    case core::redis_kind::integer: return std::to_string(reply.integer);
    case core::redis_kind::error: return "{\"error\":" + core::json_string(reply.text) + "}";
    case core::redis_kind::status:
    case core::redis_kind::string: return core::json_string(reply.text);
    case core::redis_kind::array: break;
  }
  std::string out = "[";
  for (const auto& item : reply.items) out += (out.size() > 1 ? "," : "") + redis_json(item);
  return out + "]";
}

}  // namespace probe
