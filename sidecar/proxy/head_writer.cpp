#include "sidecar/proxy/head_writer.hpp"

#include <cstring>

#include "core/http_server.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "sidecar/proxy/timeouts.hpp"

namespace sidecar {
namespace {

using core::field_name;
using core::iequals;

/// Fields of a request that we write ourselves or that end here.
bool replaced_in_request(field_name name) noexcept {
  switch (name) {
    case field_name::content_length:
    case field_name::remora_probe:
    case field_name::remora_timeout_ms:
    case field_name::remora_trace:
    case field_name::traceparent:
    case field_name::tracestate:
    case field_name::x_forwarded_client_cert:
    case field_name::x_forwarded_for:
    case field_name::x_forwarded_proto: return true;
    default: return false;
  }
}

/// Fields of an answer that we write ourselves or that end here.
bool replaced_in_response(field_name name) noexcept {
  return name == field_name::content_length || name == field_name::remora_trace ||
         name == field_name::server_timing;
}

bool always_hop_by_hop(field_name name) noexcept {
  switch (name) {
    case field_name::connection:
    case field_name::keep_alive:
    case field_name::proxy_authenticate:
    case field_name::proxy_authorization:
    case field_name::proxy_connection:
    case field_name::te:
    case field_name::transfer_encoding:
    case field_name::upgrade: return true;
    default: return false;
  }
}

/// Most pieces of a head are shorter than what calling memcpy is worth.
char* append(char* to, std::string_view text) noexcept {
  const std::size_t size = text.size();
  if (size >= 8 && size <= 16) {
    std::memcpy(to, text.data(), 8);
    std::memcpy(to + size - 8, text.data() + size - 8, 8);
  } else if (size >= 2 && size <= 4) {
    std::memcpy(to, text.data(), 2);
    std::memcpy(to + size - 2, text.data() + size - 2, 2);
  } else {
    std::memcpy(to, text.data(), size);
  }
  return to + size;
}

void write_framing(head_buffer& out, const core::framing& frame, bool dechunk) noexcept {
  if (frame.kind == core::body_kind::length) {
    out.put("Content-Length: ");
    out.put_number(frame.length);
    out.put("\r\n");
  } else if (frame.kind == core::body_kind::chunked && !dechunk) {
    out.put("Transfer-Encoding: chunked\r\n");
  }
}

void write_upgrade(head_buffer& out, const core::http_fields& fields) noexcept {
  out.put("Connection: upgrade\r\n");
  if (const auto protocol = fields.find(field_name::upgrade)) out.field("Upgrade", *protocol);
}

void write_status_line(head_buffer& out, const core::response_head& head) noexcept {
  out.put("HTTP/1.1 ");
  out.put_number(static_cast<std::uint64_t>(head.status));
  out.put(" ");
  out.put(head.reason.empty() ? core::reason_phrase(head.status) : head.reason);
  out.put("\r\n");
}

void write_trace(head_buffer& out, const exchange_record& record) noexcept {
  const auto parent = core::format_traceparent(record.context);
  out.field("traceparent", {parent.data(), parent.size()});
  if (!record.state.empty()) out.field("tracestate", record.state.to_string());
}

/// What is left of the request's time, for whoever answers it.
void write_deadline(head_buffer& out, const exchange_record& record) noexcept {
  if (!record.listener->pass_deadline || record.until.at == core::instant::max()) return;
  out.put(timeout_header);
  out.put(": ");
  out.put_number(milliseconds_left(record.until, record.connected));
  out.put("\r\n");
}

}  // namespace

void head_buffer::put(std::string_view text) noexcept {
  if (text.size() > into_.size() - used_) {
    overflown_ = true;
    return;
  }
  used_ += text.size();
  append(into_.data() + used_ - text.size(), text);
}

void head_buffer::put_number(std::uint64_t number) noexcept {
  char digits[20];
  char* const end = digits + sizeof digits;
  char* begin = end;
  do *--begin = static_cast<char>('0' + number % 10);
  while ((number /= 10) != 0);
  put({begin, static_cast<std::size_t>(end - begin)});
}

void head_buffer::field(std::string_view name, std::string_view value) noexcept {
  const std::size_t size = name.size() + value.size() + 4;
  if (size > into_.size() - used_) {
    overflown_ = true;
    return;
  }
  char* at = append(into_.data() + used_, name);
  at = append(at, ": ");
  at = append(at, value);
  append(at, "\r\n");
  used_ += size;
}

bool asks_for_upgrade(const core::http_fields& fields) noexcept {
  if (!fields.has(field_name::upgrade) || !fields.has(field_name::connection)) return false;
  for (const auto& f : fields.all())
    if (f.known == field_name::connection && core::list_has_token(f.value, "upgrade")) return true;
  return false;
}

hop_by_hop::hop_by_hop(const core::http_fields& fields) noexcept : fields_(fields) {
  if (!fields.has(field_name::connection)) return;
  for (const auto& f : fields.all())
    if (f.known == field_name::connection && !iequals(f.value, "keep-alive") &&
        !iequals(f.value, "close"))
      names_any_ = true;
}

bool hop_by_hop::operator()(const core::http_field& field) const noexcept {
  if (always_hop_by_hop(field.known)) return true;
  if (!names_any_ || field.known == field_name::host) return false;
  for (const auto& f : fields_.all())
    if (f.known == field_name::connection && core::list_has_token(f.value, field.name)) return true;
  return false;
}

void write_request_head(head_buffer& out, const exchange_record& record, const core::framing& frame,
                        std::string_view client_address, bool client_tls, bool upgrade) noexcept {
  const core::request_head& head = *record.request;
  out.put(head.method);
  out.put(" ");
  out.put(head.target);
  out.put(" HTTP/1.1\r\n");
  const hop_by_hop ends_here(head.fields);
  const std::string_view peer_header = record.listener->peer_header;
  std::string_view forwarded_for, forwarded_proto;
  for (const auto& f : head.fields.all()) {
    if (ends_here(f)) continue;
    // Who called is our word alone, also where no caller can prove it.
    if (iequals(f.name, peer_header)) continue;
    if (replaced_in_request(f.known)) {
      if (f.known == field_name::x_forwarded_for) forwarded_for = f.value;
      if (f.known == field_name::x_forwarded_proto) forwarded_proto = f.value;
      continue;
    }
    out.field(f.name, f.value);
  }
  if (upgrade) write_upgrade(out, head.fields);
  // A client of HTTP/1.0 may leave it out; the upstream is asked in 1.1, which may not.
  if (!head.fields.has(field_name::host)) out.field("Host", record.listener->upstream_label);
  write_framing(out, frame, false);
  if (record.listener->side == direction::inbound) {
    out.put("X-Forwarded-For: ");
    if (!forwarded_for.empty()) {
      out.put(forwarded_for);
      out.put(", ");
    }
    out.put(client_address);
    out.put("\r\n");
    out.field("X-Forwarded-Proto",
              forwarded_proto.empty() ? (client_tls ? "https" : "http") : forwarded_proto);
    if (!record.peer.empty()) out.field(peer_header, record.peer);
  } else {
    if (!forwarded_for.empty()) out.field("X-Forwarded-For", forwarded_for);
    if (!forwarded_proto.empty()) out.field("X-Forwarded-Proto", forwarded_proto);
  }
  write_trace(out, record);
  write_deadline(out, record);
  out.put(record.to_upstream);
  out.put("\r\n");
}

void write_interim_head(head_buffer& out, const core::response_head& head) noexcept {
  write_status_line(out, head);
  const hop_by_hop ends_here(head.fields);
  for (const auto& f : head.fields.all())
    if (!ends_here(f) && f.known != field_name::content_length) out.field(f.name, f.value);
  out.put("\r\n");
}

void write_response_head(head_buffer& out, const exchange_record& record,
                         const core::response_head& head, const core::framing& frame, bool close,
                         bool dechunk) noexcept {
  write_status_line(out, head);
  const hop_by_hop ends_here(head.fields);
  const bool length_is_ours = frame.kind == core::body_kind::length;
  for (const auto& f : head.fields.all()) {
    if (ends_here(f)) continue;
    if (replaced_in_response(f.known)) {
      if (f.known == field_name::remora_trace) continue;
      // An answer to HEAD (or 304) says how long its body would be: that is not our framing.
      const bool keep = f.known == field_name::content_length
                            ? !length_is_ours && frame.kind == core::body_kind::none
                            : record.listener->expose_server_timing;
      if (!keep) continue;
    }
    out.field(f.name, f.value);
  }
  write_framing(out, frame, dechunk);
  out.put(record.to_client);
  if (frame.kind == core::body_kind::tunnel)
    write_upgrade(out, head.fields);
  else if (close)
    out.put("Connection: close\r\n");
  out.put("\r\n");
}

}  // namespace sidecar
