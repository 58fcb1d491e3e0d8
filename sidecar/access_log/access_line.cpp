#include "sidecar/access_log/access_line.hpp"

#include <algorithm>

#include "core/json_text.hpp"
#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

constexpr std::uint64_t whole = 1ULL << 56;

std::uint64_t randomness_of(const core::trace_id& trace) noexcept {
  std::uint64_t out = 0;
  for (std::size_t i = 9; i < trace.bytes.size(); ++i) out = out << 8 | trace.bytes[i];
  return out;
}

/// `,"name":` of each field; the first has no comma.
const std::array<std::string, line_field_count>& json_keys() {
  static const auto keys = [] {
    std::array<std::string, line_field_count> out;
    for (std::size_t i = 0; i < out.size(); ++i)
      out[i] = (i == 0 ? "{\"" : ",\"") + std::string(name_of(static_cast<line_field>(i))) + "\":";
    return out;
  }();
  return keys;
}

bool is_text(line_field field) noexcept {
  switch (field) {
    case line_field::severity_number:
    case line_field::status:
    case line_field::duration:
    case line_field::phase_head:
    case line_field::phase_queue:
    case line_field::phase_connect:
    case line_field::phase_send:
    case line_field::phase_app:
    case line_field::phase_write:
    case line_field::request_size:
    case line_field::response_size:
    case line_field::flags: return false;
    default: return true;
  }
}

const route_settings& route_of(const exchange_record& record) noexcept {
  return record.listener->routes[static_cast<std::size_t>(record.route)];
}

}  // namespace

access_line_format::access_line_format(access_log_config c, std::string_view service_name)
    : config(std::move(c)) {
  const std::string quoted = core::json_string(service_name);
  service = quoted.substr(1, quoted.size() - 2);
  std::string wrong;
  if (config.format == access_log_format::text)
    pieces = parse_template(config.text, config.fields, wrong);
  for (const auto& name : config.fields) {
    std::string key = ",\"http.request.header." + name + "\":";
    std::transform(key.begin(), key.end(), key.begin(), [](char ch) {
      return ch >= 'A' && ch <= 'Z' ? static_cast<char>(ch + 32) : ch;
    });
    header_keys.push_back(std::move(key));
  }
  below = static_cast<std::uint64_t>(config.ratio * static_cast<double>(whole));
}

bool is_error(const exchange_record& record) noexcept {
  return record.status >= 500 || record.why != failure::none;
}

line_severity severity_of(const exchange_record& record) noexcept {
  if (record.why == failure::client_closed) return {"WARN", 13};
  if (is_error(record)) return {"ERROR", 17};
  return {"INFO", 9};
}

bool is_logged(const exchange_record& record, const access_line_format& format) noexcept {
  switch (format.config.when) {
    case access_log_when::all: return true;
    case access_log_when::errors: return is_error(record);
    case access_log_when::sampled: break;
  }
  return is_error(record) || randomness_of(record.context.trace) < format.below;
}

line_flags flags_of(const exchange_record& record) noexcept {
  line_flags out;
  const auto add = [&](bool holds, std::string_view word) {
    if (holds) out.words[out.count++] = word;
  };
  add(record.why != failure::none, to_proxy_error(record.why));
  add(record.resends > 0, "retried");
  add(record.held, "held");
  add(record.verified_here, "verified_probe");
  return out;
}

std::string_view access_line::render(const exchange_record& record) {
  json_ = format_->config.format == access_log_format::json;
  make_room(record);
  line_text out{memory_.data()};
  if (json_)
    render_json(record, out);
  else
    render_template(record, out);
  out.put('\n');
  return {memory_.data(), static_cast<std::size_t>(out.at - memory_.data())};
}

// Everything that is not the client's own text fits the fixed part; that is six times as long at
// most, and a template may repeat it.
void access_line::make_room(const exchange_record& record) {
  constexpr std::size_t fixed = 4096;
  std::size_t texts = record.path.size() + record.query.size() + format_->service.size() +
                      route_of(record).label.size() + record.listener->name.size() +
                      record.listener->upstream_label.size();
  for (const auto& field : record.request->fields.all()) texts += field.value.size();
  // A list of redacted parameters is longer than they were.
  texts += 2 * static_cast<std::size_t>(std::count(record.query.begin(), record.query.end(), '&'));
  std::size_t room = fixed + 6 * texts;
  for (const auto& key : format_->header_keys) room += key.size();
  for (const auto& piece : format_->pieces) room += piece.literal.size() + 256 + 6 * texts;
  if (memory_.size() < room) memory_.resize(room);
}

void access_line::render_json(const exchange_record& record, line_text& out) {
  const auto& keys = json_keys();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto field = static_cast<line_field>(i);
    char* const before = out.at;
    out.put(keys[i]);
    const bool text = is_text(field);
    if (text) out.put('"');
    if (!put(field, 0, record, out)) {
      out.at = before;
      continue;
    }
    if (text) out.put('"');
  }
  for (std::size_t i = 0; i < format_->header_keys.size(); ++i) {
    char* const before = out.at;
    out.put(format_->header_keys[i]);
    out.put('"');
    if (put(line_field::header, i, record, out))
      out.put('"');
    else
      out.at = before;
  }
  out.put('}');
}

void access_line::render_template(const exchange_record& record, line_text& out) {
  for (const auto& piece : format_->pieces) {
    out.put(piece.literal);
    if (!piece.field) continue;
    char* const before = out.at;
    if (put(*piece.field, piece.header, record, out)) continue;
    out.at = before;
    out.put('-');
  }
}

void access_line::put_text(std::string_view text, line_text& out) {
  if (json_)
    out.json(text);
  else
    out.plain(text);
}

// Writes a value; false, whatever was written, when the request has none.
bool access_line::put(line_field field, std::size_t header, const exchange_record& record,
                      line_text& out) {
  switch (field) {
    case line_field::timestamp:
      timestamp_.put(out, wall_->unix_nanos(record.finished));
      return true;
    case line_field::severity: out.put(severity_of(record).text); return true;
    case line_field::service_name: out.put(format_->service); return true;
    case line_field::body:
      out.put(record.listener->side == direction::inbound ? "request" : "call");
      return true;
    case line_field::trace_id: out.hex(record.context.trace.bytes); return bool(record.context);
    case line_field::span_id: out.hex(record.context.span.bytes); return bool(record.context);
    case line_field::trace_flags: out.hex({&record.context.flags, 1}); return bool(record.context);
    case line_field::phase_head:
    case line_field::phase_queue:
    case line_field::phase_connect:
    case line_field::phase_send:
    case line_field::phase_app:
    case line_field::phase_write: return put_phase(field, record, out);
    case line_field::severity_number:
    case line_field::status:
    case line_field::duration:
    case line_field::request_size:
    case line_field::response_size: return put_number(field, record, out);
    case line_field::flags: return put_flags(record, out);
    default: return put_request(field, header, record, out);
  }
}

}  // namespace sidecar
