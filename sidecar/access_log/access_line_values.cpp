// The values of a line's fields: each is written, or said not to be there.
#include <arpa/inet.h>

#include <algorithm>

#include "sidecar/access_log/access_line.hpp"
#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

constexpr core::instant never{};

void put_address(const boost::asio::ip::address& address, line_text& out) noexcept {
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (i > 0) out.put('.');
      out.number(bytes[i]);
    }
    return;
  }
  const auto bytes = address.to_v6().to_bytes();
  char text[INET6_ADDRSTRLEN];
  if (inet_ntop(AF_INET6, bytes.data(), text, sizeof text)) out.put(std::string_view(text));
}

const route_settings& route_of(const exchange_record& record) noexcept {
  return record.listener->routes[static_cast<std::size_t>(record.route)];
}

}  // namespace

bool access_line::put_request(line_field field, std::size_t header, const exchange_record& record,
                              line_text& out) {
  const auto header_value = [&](std::string_view name) {
    const auto value = record.request->fields.find(name);
    if (value) put_text(*value, out);
    return value.has_value();
  };
  switch (field) {
    case line_field::listener: put_text(record.listener->name, out); return true;
    case line_field::method: out.put(method_label(record.method)); return true;
    case line_field::route:
      put_text(route_of(record).label, out);
      return &route_of(record) != &record.listener->routes.back();
    case line_field::path: put_text(record.path, out); return true;
    case line_field::query: return put_query(record, out);
    case line_field::upstream:
      put_text(record.listener->upstream_label, out);
      return record.connected != never;
    case line_field::client_address:
      put_address(record.client.address(), out);
      return record.client.port() != 0;
    case line_field::protocol_version: out.put(record.request->legacy ? "1.0" : "1.1"); return true;
    case line_field::user_agent: return header_value("user-agent");
    case line_field::synthetic: out.put("test"); return record.synthetic;
    case line_field::error_type:
      if (record.why != failure::none)
        out.put(to_proxy_error(record.why));
      else
        out.number(static_cast<std::uint64_t>(record.status));
      return is_error(record);
    case line_field::header: return header_value(format_->config.fields[header]);
    default: return false;
  }
}

bool access_line::put_number(line_field field, const exchange_record& record, line_text& out) {
  switch (field) {
    case line_field::severity_number: out.number(severity_of(record).number); return true;
    case line_field::status: out.number(static_cast<std::uint64_t>(record.status)); return true;
    case line_field::duration: out.seconds(record.finished - record.received); return true;
    case line_field::request_size: out.number(record.request_bytes); return true;
    case line_field::response_size: out.number(record.response_bytes); return true;
    default: return false;
  }
}

// As of `remora_sidecar_phase_seconds`: one follows the other without a gap.
bool access_line::put_phase(line_field field, const exchange_record& record, line_text& out) {
  core::instant from, to;
  switch (field) {
    case line_field::phase_head: from = record.arrived, to = record.received; break;
    case line_field::phase_queue: from = record.received, to = record.admitted; break;
    case line_field::phase_connect: from = record.admitted, to = record.connected; break;
    case line_field::phase_send: from = record.connected, to = record.forwarded; break;
    case line_field::phase_app: from = record.forwarded, to = record.answered; break;
    default: from = record.answered, to = record.finished; break;
  }
  if (from == never || to == never) return false;
  out.seconds(to - from);
  return true;
}

// `a=1&b=REDACTED`: values of listed parameters only.
bool access_line::put_query(const exchange_record& record, line_text& out) {
  const auto& keys = format_->config.query_keys;
  if (keys.empty() || record.query.empty()) return false;
  std::string_view rest = record.query;
  for (bool first = true; !rest.empty(); first = false) {
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(pair.size() + 1, rest.size()));
    if (!first) out.put('&');
    const auto equals = pair.find('=');
    const auto key = pair.substr(0, equals);
    if (std::find(keys.begin(), keys.end(), key) != keys.end()) {
      put_text(pair, out);
      continue;
    }
    // Without a = it may be a value as well.
    if (equals != pair.npos) put_text(pair.substr(0, equals + 1), out);
    out.put("REDACTED");
  }
  return true;
}

bool access_line::put_flags(const exchange_record& record, line_text& out) {
  const auto flags = flags_of(record);
  if (json_) out.put('[');
  for (std::size_t i = 0; i < flags.count; ++i) {
    if (i > 0) out.put(',');
    if (json_) out.put('"');
    out.put(flags.words[i]);
    if (json_) out.put('"');
  }
  if (json_) out.put(']');
  return flags.count > 0;
}

}  // namespace sidecar
