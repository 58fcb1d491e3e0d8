#include "core/json_text.hpp"
#include "sidecar/pages/trace_view.hpp"

namespace sidecar {
namespace {

/// A JSON object that is written member by member.
class object_text {
 public:
  explicit object_text(std::string& out) : out_(out) { out_ += '{'; }
  ~object_text() { out_ += '}'; }
  object_text(const object_text&) = delete;
  object_text& operator=(const object_text&) = delete;

  std::string& raw(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    core::append_json_string(out_, name);
    return out_ += ':';
  }
  void text(std::string_view name, std::string_view value) {
    core::append_json_string(raw(name), value);
  }
  void flag(std::string_view name, bool value) { raw(name) += value ? "true" : "false"; }
  void number(std::string_view name, std::uint64_t value) { raw(name) += std::to_string(value); }
  /// Nanoseconds, shown as seconds.
  void seconds(std::string_view name, std::int64_t nanos) {
    core::append_json_number(raw(name), static_cast<double>(nanos) / 1e9);
  }

 private:
  std::string& out_;
};

void append_attributes(std::string& out, const shown_attributes& attributes) {
  object_text o(out);
  for (const auto& [key, value] : attributes) o.raw(key) += value;
}

void append_summary(std::string& out, const trace_summary& t) {
  object_text o(out);
  o.text("trace_id", t.id.hex());
  o.number("start_unix_ms", t.start / 1'000'000);
  o.seconds("duration", static_cast<std::int64_t>(t.duration));
  o.text("name", t.name);
  if (!t.method.empty()) o.text("method", t.method);
  if (!t.route.empty()) o.text("route", t.route);
  if (t.status > 0) o.number("status", static_cast<std::uint64_t>(t.status));
  o.flag("error", t.error);
  o.flag("synthetic", t.synthetic);
  o.number("spans", t.spans);
  auto& services = o.raw("services") += '[';
  for (const auto& service : t.services) {
    if (services.back() != '[') services += ',';
    core::append_json_string(services, service);
  }
  services += ']';
}

const char* kind_name(int kind) noexcept {
  constexpr const char* names[] = {"", "internal", "server", "client", "producer", "consumer"};
  return kind >= 0 && kind < 6 ? names[kind] : "";
}

void append_events(std::string& out, const shown_span& s, std::uint64_t origin) {
  out += '[';
  for (const auto& e : s.events) {
    if (out.back() != '[') out += ',';
    object_text o(out);
    o.seconds("offset", static_cast<std::int64_t>(e.time - origin));
    o.text("name", e.name);
    append_attributes(o.raw("attributes"), e.attributes);
  }
  out += ']';
}

void append_span(std::string& out, const placed_span& p, std::uint64_t origin) {
  const shown_span& s = *p.span;
  object_text o(out);
  o.text("span_id", s.id.hex());
  if (s.parent) o.text("parent_id", s.parent.hex());
  o.number("depth", static_cast<std::uint64_t>(p.depth));
  o.flag("orphan", p.orphan);
  o.text("name", s.name);
  o.text("kind", kind_name(s.kind));
  o.text("service", s.service);
  if (!s.scope.empty()) o.text("scope", s.scope);
  o.seconds("offset", static_cast<std::int64_t>(s.start - origin));
  o.seconds("duration", static_cast<std::int64_t>(s.end - s.start));
  o.flag("error", s.error);
  if (!s.error_message.empty()) o.text("error_message", s.error_message);
  append_attributes(o.raw("attributes"), s.attributes);
  append_events(o.raw("events"), s, origin);
}

}  // namespace

std::string list_json(const std::vector<trace_summary>& traces, std::size_t kept) {
  std::string out = "{\"traces\":[";
  for (const auto& t : traces) {
    if (out.back() != '[') out += ',';
    append_summary(out, t);
  }
  return out + "],\"kept\":" + std::to_string(kept) + "}\n";
}

std::string trace_json(const std::vector<shown_span>& spans) {
  const auto summary = summarize(spans);
  std::string out;
  {
    object_text o(out);
    o.text("trace_id", summary.id.hex());
    append_summary(o.raw("summary"), summary);
    auto& list = o.raw("spans") += '[';
    for (const auto& placed : arrange(spans)) {
      if (list.back() != '[') list += ',';
      append_span(list, placed, summary.start);
    }
    list += ']';
  }
  return out + "\n";
}

}  // namespace sidecar
