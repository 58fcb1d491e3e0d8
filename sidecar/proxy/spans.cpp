#include "sidecar/proxy/spans.hpp"

#include <algorithm>
#include <cctype>

#include "sidecar/proxy/forwarded.hpp"
#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

constexpr std::string_view redacted = "REDACTED";
constexpr int switching_protocols = 101;

void add(core::span& s, const char* key, std::string_view value) {
  s.attributes.push_back({key, std::string(value)});
}
void add(core::span& s, const char* key, std::int64_t value) {
  s.attributes.push_back({key, value});
}
void add_if(core::span& s, const char* key, std::string_view value) {
  if (!value.empty()) add(s, key, value);
}

/// Where a request was meant to go, and by which scheme.
struct destination {
  std::string_view scheme;
  std::string_view authority;
  std::string_view path;
};

destination where_to(const exchange_record& record, const forwarded& said) {
  const auto& listener = *record.listener;
  const bool server = listener.side == direction::inbound;
  destination out;
  out.scheme = (server ? static_cast<bool>(listener.tls) : static_cast<bool>(listener.upstream_tls))
                   ? "https"
                   : "http";
  out.authority = record.request->fields.find(core::field_name::host).value_or("");
  out.path = record.path;
  // An absolute target names its authority, perhaps with credentials (RFC 9112, 3.2.2).
  if (const auto scheme = out.path.find("://"); scheme != out.path.npos && out.path[0] != '/') {
    out.path.remove_prefix(scheme + 3);
    const auto slash = out.path.find('/');
    out.authority = out.path.substr(0, slash);
    out.authority.remove_prefix(out.authority.rfind('@') + 1);
    out.path = slash == out.path.npos ? std::string_view("/") : out.path.substr(slash);
  }
  if (!said.proto.empty()) out.scheme = said.proto;
  if (!said.host.empty()) out.authority = said.host;
  return out;
}

/// What the first hop said, where its word counts.
forwarded believed(const exchange_record& record, core::span_kind kind) {
  const bool trusted =
      kind == core::span_kind::server && record.listener->trust == trust_level::peers;
  return trusted ? read_forwarded(record.request->fields) : forwarded();
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

void name_span(core::span& s, const exchange_record& record, core::span_kind kind) {
  const auto route = record.listener->label_of(record);
  const bool known_method = record.method != other_method;
  const std::string method(known_method ? method_label(record.method) : "HTTP");
  const bool routed = record.listener->has_template(record);
  s.name = routed ? method + " " + std::string(route) : method;
  add(s, "http.request.method", method_label(record.method));
  if (!known_method && record.request)
    add(s, "http.request.method_original", record.request->method);
  if (routed) add(s, kind == core::span_kind::server ? "http.route" : "url.template", route);
}

void add_url(core::span& s, const exchange_record& record, core::span_kind kind,
             const destination& to, const std::vector<std::string>& query_keys) {
  const std::string query =
      query_keys.empty() ? std::string() : redact_query(record.query, query_keys);
  add(s, "url.scheme", to.scheme);
  if (kind == core::span_kind::server) {
    add(s, "url.path", to.path);
    add_if(s, "url.query", query);
    return;
  }
  std::string full;
  full.append(to.scheme).append("://").append(to.authority).append(to.path);
  if (!query.empty()) full.append("?").append(query);
  add(s, "url.full", full);
}

void add_server(core::span& s, core::span_kind kind, const destination& to) {
  const auto server = split_authority(to.authority);
  if (server.host.empty()) return;
  add(s, "server.address", server.host);
  if (server.port)
    add(s, "server.port", std::int64_t{*server.port});
  else if (kind == core::span_kind::client)  // which has to say it
    add(s, "server.port", std::int64_t{to.scheme == "https" ? 443 : 80});
}

void add_peer(core::span& s, const boost::asio::ip::tcp::endpoint& peer) {
  if (peer.port() == 0) return;
  add(s, "network.peer.address", peer.address().to_string());
  add(s, "network.peer.port", std::int64_t{peer.port()});
}

void add_client(core::span& s, const exchange_record& record, const forwarded& said) {
  add_peer(s, record.client);
  if (!said.client.empty())
    add(s, "client.address", said.client);
  else if (record.client.port() != 0)
    add(s, "client.address", record.client.address().to_string());
  if (auto agent = record.request->fields.find(core::field_name::user_agent))
    add(s, "user_agent.original", *agent);
}

void add_protocol(core::span& s, const exchange_record& record) {
  if (record.status == switching_protocols && record.response) {
    const auto upgrade = record.response->fields.find(core::field_name::upgrade).value_or("");
    add_if(s, "network.protocol.name", lower(upgrade.substr(0, upgrade.find('/'))));
    return;
  }
  add(s, "network.protocol.version", record.request->legacy ? "1.0" : "1.1");
}

// A client span's status is the upstream's; one that we made up was never received. The client that
// went away was sent none.
bool has_status(const exchange_record& record, core::span_kind kind) {
  if (record.why == failure::client_closed) return false;
  return kind == core::span_kind::server || record.why == failure::none || record.from_upstream();
}

void add_status(core::span& s, const exchange_record& record, core::span_kind kind) {
  if (has_status(record, kind))
    add(s, "http.response.status_code", static_cast<std::int64_t>(record.status));
  const char* why = to_proxy_error(record.why);
  // A server's refusal of a client is no error of the server's, whoever made it.
  const bool broken =
      kind == core::span_kind::client
          ? *why != '\0'
          : record.why == failure::upstream_incomplete || record.why == failure::client_closed;
  const int error_from = kind == core::span_kind::client ? 400 : 500;
  s.error = broken || record.status >= error_from;
  if (s.error) add(s, "error.type", *why ? std::string(why) : std::to_string(record.status));
}

void add_request(core::span& s, const exchange_record& record, core::span_kind kind,
                 const std::vector<std::string>& query_keys) {
  if (!record.request) return;
  const auto said = believed(record, kind);
  const auto to = where_to(record, said);
  add_url(s, record, kind, to, query_keys);
  add_server(s, kind, to);
  add_protocol(s, record);
  if (kind == core::span_kind::server) {
    add_client(s, record, said);
    return;
  }
  add_peer(s, record.upstream_peer);
  if (record.resends > 0) add(s, "http.request.resend_count", std::int64_t{record.resends});
}

}  // namespace

std::string redact_query(std::string_view query, const std::vector<std::string>& keys) {
  std::string out;
  while (!query.empty()) {
    const auto parameter = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
    const auto equals = parameter.find('=');
    const auto key = parameter.substr(0, equals);
    const bool shown = std::find(keys.begin(), keys.end(), key) != keys.end();
    if (!out.empty()) out += '&';
    // A name that is not known to be one may be the secret itself.
    if (shown)
      out += parameter;
    else if (equals == parameter.npos)
      out += redacted;
    else
      out.append(key).append("=").append(redacted);
  }
  return out;
}

core::span make_span(const exchange_record& record, core::span_kind kind,
                     const core::wall_clock& wall, const std::vector<std::string>& query_keys) {
  core::span s;
  s.context = record.context;
  s.parent = record.caller.span;
  s.kind = kind;
  s.start = wall.unix_nanos(record.received);
  s.end = wall.unix_nanos(record.finished);
  s.observed = record.observed;
  s.attributes.reserve(16);
  name_span(s, record, kind);
  add_request(s, record, kind, query_keys);
  add_status(s, record, kind);
  if (record.synthetic) add(s, "user_agent.synthetic.type", "test");
  return s;
}

server_span::server_span(core::span_sink& sink, const core::wall_clock& wall,
                         core::metrics_shard& metrics,
                         std::shared_ptr<const tracing_settings> settings,
                         std::shared_ptr<tracing_state> state)
    : sink_(&sink),
      wall_(&wall),
      counters_(metrics),
      settings_(std::move(settings)),
      state_(std::move(state)) {}

void server_span::after(exchange_record& record) {
  if (!record.context) return;  // a layer answered before there was one
  record.trace_rules |= outcome_rules(record, record.finished);
  if (state_->marks.contains(record.context.trace)) record.trace_rules |= bit(trace_rule::callee);
  const auto decision = decide(record.trace_rules, settings_->rules);
  counters_.count(decision);
  if (settings_->record == record_mode::all)
    state_->book.end(record.context.trace, decision.kept());
  if (decision.kept())
    sink_->accept(make_span(record, core::span_kind::server, *wall_, settings_->query_keys));
}

client_span::client_span(core::span_sink& sink, const core::wall_clock& wall,
                         std::shared_ptr<const tracing_settings> settings,
                         std::shared_ptr<tracing_state> state)
    : sink_(&sink), wall_(&wall), settings_(std::move(settings)), state_(std::move(state)) {}

bool client_span::kept_anyway(const exchange_record& record) const {
  const auto& rules = settings_->rules;
  return (failed(record) && rules.is_on(trace_rule::error)) ||
         (rules.is_on(trace_rule::callee) && state_->marks.contains(record.context.trace));
}

void client_span::after(exchange_record& record) {
  if (!record.context) return;
  // Of an answer that broke off after its head, this is the first word.
  if (record.why != failure::none && failed(record) && settings_->rules.is_on(trace_rule::error))
    state_->marks.mark(record.context.trace);
  const bool all = settings_->record == record_mode::all;
  const bool flagged = record.caller.sampled() || record.context.sampled();
  const bool kept = kept_anyway(record) || (!all && record.context.sampled());
  if (!kept && !(all && flagged)) return;
  auto s = make_span(record, core::span_kind::client, *wall_, settings_->query_keys);
  if (kept)
    sink_->accept(std::move(s));
  else
    state_->book.offer(std::move(s), flagged, record.finished);
}

}  // namespace sidecar
