#include <array>
#include <string>
#include <vector>

#include "core/probe_signature.hpp"
#include "sidecar/proxy/caller_context.hpp"
#include "sidecar/proxy/head_writer.hpp"
#include "sidecar/proxy/listener_settings.hpp"
#include "sidecar/proxy/timeouts.hpp"
#include "tests/fuzz/fuzzing.hpp"

using core::iequals;
using fuzz::require;

namespace {

constexpr std::size_t limit = 4096;
using memory = std::array<char, 4 * limit>;

/// Every name that the Connection fields of a message give.
std::vector<std::string_view> names_in_connection(const core::http_fields& fields) {
  std::vector<std::string_view> out;
  for (const auto& f : fields.all()) {
    if (!iequals(f.name, "connection")) continue;
    for (auto rest = f.value; !rest.empty();) {
      auto name = fuzz::take_until(rest, ',');
      while (!name.empty() && (name.front() == ' ' || name.front() == '\t')) name.remove_prefix(1);
      while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.remove_suffix(1);
      if (!name.empty()) out.push_back(name);
    }
  }
  return out;
}

/// Nothing that belonged to the connection it came by goes on (RFC 9110, 7.6.1), but for what the
/// proxy writes anew by itself.
void check_hop_by_hop(const core::http_fields& before, const core::http_fields& after,
                      std::initializer_list<std::string_view> ours) {
  for (const char* name : {"keep-alive", "te", "upgrade", "proxy-connection", "proxy-authenticate",
                           "proxy-authorization"})
    require(after.count(name) == 0);
  for (const auto name : names_in_connection(before)) {
    const bool is_ours = std::any_of(ours.begin(), ours.end(),
                                     [&](std::string_view own) { return iequals(own, name); });
    require(is_ours || after.count(name) == 0);
  }
}

/// What every recipient on the way must read alike, or requests can be smuggled between two.
void check_framing(const core::framing& now, const core::framing& before) {
  require(now.kind == before.kind && now.length == before.length);
}

void check_request(std::string_view bytes) {
  core::request_head head;
  const auto parsed = core::parse_request_head(bytes, limit, head);
  if (parsed.state != core::head_parse::state::complete) return;
  const auto frame = core::frame_request(head);
  if (frame.kind == core::body_kind::refuse) return;

  sidecar::listener_settings settings;
  settings.upstream_label = "127.0.0.1:3000";
  sidecar::exchange_record record;
  record.listener = &settings;
  record.request = &head;
  sidecar::caller_context().before(record);
  record.context.trace.bytes.fill(0xab);
  record.context.span.bytes.fill(0xcd);

  memory space;
  sidecar::head_buffer out(space);
  sidecar::write_request_head(out, record, frame, "192.0.2.7", false,
                              sidecar::asks_for_upgrade(head.fields));
  require(!out.overflown());
  core::request_head sent;
  const auto again = core::parse_request_head(out.text(), space.size(), sent);
  // A head of as many fields as are allowed may have too many with ours.
  if (again.error == core::head_error::too_many_fields) return;
  require(again.state == core::head_parse::state::complete && again.size == out.text().size());
  require(sent.method == head.method && sent.target == head.target && !sent.legacy);
  check_framing(core::frame_request(sent), frame);
  check_hop_by_hop(head.fields, sent.fields,
                   {"host", "content-length", "transfer-encoding", "x-forwarded-for",
                    "x-forwarded-proto", "traceparent", "tracestate"});
  require(sent.fields.count(core::probe_header) == 0 && sent.fields.count("traceparent") == 1);
  require(sent.fields.count(sidecar::timeout_header) == 0);
  require(sent.fields.count("remora-peer") == 0 &&
          sent.fields.count("x-forwarded-client-cert") == 0);
  require(sent.fields.find("x-forwarded-for")->ends_with("192.0.2.7"));
}

void check_response(std::string_view bytes, bool to_head, bool dechunk) {
  core::response_head head;
  const auto parsed = core::parse_response_head(bytes, limit, head);
  if (parsed.state != core::head_parse::state::complete) return;
  auto frame = core::frame_response(head, to_head);
  if (frame.kind == core::body_kind::refuse || frame.kind == core::body_kind::tunnel) return;
  dechunk = dechunk && frame.kind == core::body_kind::chunked;

  sidecar::listener_settings settings;
  sidecar::exchange_record record;
  record.listener = &settings;
  memory space;
  sidecar::head_buffer out(space);
  const bool close = !frame.keep_alive || dechunk;
  sidecar::write_response_head(out, record, head, frame, close, dechunk);
  require(!out.overflown());
  core::response_head sent;
  const auto again = core::parse_response_head(out.text(), space.size(), sent);
  if (again.error == core::head_error::too_many_fields) return;
  require(again.state == core::head_parse::state::complete && again.size == out.text().size());
  require(sent.status == head.status && !sent.legacy);
  if (dechunk) frame.kind = core::body_kind::until_close;
  const auto now = core::frame_response(sent, to_head);
  check_framing(now, frame);
  require(!close || !now.keep_alive);
  check_hop_by_hop(head.fields, sent.fields, {"content-length", "transfer-encoding", "host"});
}

}  // namespace

/// Heads as the sidecar writes them anew: whoever reads them next takes them as we took them.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fuzz::text_of(data, size);
  check_request(bytes);
  for (const bool to_head : {false, true})
    for (const bool dechunk : {false, true}) check_response(bytes, to_head, dechunk);
  return 0;
}
