#include "sidecar/pages/trace_view.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <unordered_map>

#include "core/config_reader.hpp"
#include "core/json_text.hpp"

namespace sidecar {
namespace {

constexpr int server_kind = 2;

struct id_hash {
  std::size_t operator()(const core::span_id& id) const noexcept {
    std::size_t out;
    std::memcpy(&out, id.bytes.data(), sizeof out);
    return out;
  }
};
using children_by_parent = std::unordered_map<core::span_id, std::vector<std::size_t>, id_hash>;

bool earlier(const shown_span& a, const shown_span& b) noexcept {
  return a.start != b.start ? a.start < b.start : a.id.bytes < b.id.bytes;
}

int status_of(const shown_span& s) noexcept {
  const auto text = s.attribute("http.response.status_code");
  int out = 0;
  std::from_chars(text.data(), text.data() + text.size(), out);
  return out;
}

/// Index of each span whose parent is not among them.
std::vector<std::size_t> roots_of(const std::vector<shown_span>& spans) {
  std::unordered_map<core::span_id, std::size_t, id_hash> there;
  for (std::size_t i = 0; i < spans.size(); ++i) there.emplace(spans[i].id, i);
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < spans.size(); ++i)
    if (!spans[i].parent || !there.contains(spans[i].parent)) out.push_back(i);
  return out;
}

const shown_span& root_of(const std::vector<shown_span>& spans) {
  const auto roots = roots_of(spans);
  if (roots.empty()) return spans.front();  // they go in circles
  return spans[*std::min_element(roots.begin(), roots.end(), [&](auto a, auto b) {
    const bool server_a = spans[a].kind == server_kind, server_b = spans[b].kind == server_kind;
    return server_a != server_b ? server_a : earlier(spans[a], spans[b]);
  })];
}

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

trace_summary summarize(const std::vector<shown_span>& spans) {
  trace_summary out;
  const shown_span& root = root_of(spans);
  std::uint64_t end = 0;
  out.start = root.start;
  out.services.push_back(root.service);
  for (const auto& s : spans) {
    out.start = std::min(out.start, s.start);
    end = std::max(end, s.end);
    out.error = out.error || s.error;
    if (std::find(out.services.begin(), out.services.end(), s.service) == out.services.end())
      out.services.push_back(s.service);
  }
  out.id = root.trace;
  out.duration = end > out.start ? end - out.start : 0;
  out.name = root.name;
  out.method = root.attribute_text("http.request.method");
  out.route = root.attribute_text("http.route");
  out.status = status_of(root);
  out.synthetic = !root.attribute("user_agent.synthetic.type").empty();
  out.spans = spans.size();
  return out;
}

std::vector<placed_span> arrange(const std::vector<shown_span>& spans) {
  children_by_parent children;
  for (std::size_t i = 0; i < spans.size(); ++i)
    if (spans[i].parent) children[spans[i].parent].push_back(i);
  const auto last_first = [&](std::size_t a, std::size_t b) { return earlier(spans[b], spans[a]); };
  for (auto& [parent, list] : children) std::sort(list.begin(), list.end(), last_first);
  auto roots = roots_of(spans);
  std::sort(roots.begin(), roots.end(), last_first);

  std::vector<placed_span> out;
  std::vector<bool> placed(spans.size());
  std::vector<std::pair<std::size_t, int>> stack;
  const auto place_all = [&] {
    while (!stack.empty()) {
      const auto [i, depth] = stack.back();
      stack.pop_back();
      if (placed[i]) continue;
      placed[i] = true;
      out.push_back({&spans[i], depth, depth == 0 && static_cast<bool>(spans[i].parent)});
      const auto below = children.find(spans[i].id);
      if (below == children.end()) continue;
      for (const auto child : below->second) stack.emplace_back(child, depth + 1);
    }
  };
  for (const auto root : roots) stack.emplace_back(root, 0);
  place_all();
  for (std::size_t i = 0; i < spans.size(); ++i) {  // what goes in circles
    if (!placed[i]) stack.emplace_back(i, 0);
    place_all();
  }
  return out;
}

bool trace_filter::shows(const trace_summary& t) const {
  const auto least = std::chrono::duration_cast<std::chrono::nanoseconds>(min_duration).count();
  return (route.empty() || t.route == route) && (!status || t.status == *status) &&
         (!status_class || t.status / 100 == *status_class) &&
         static_cast<std::int64_t>(t.duration) >= least && t.id.hex().starts_with(trace) &&
         (!errors || t.error);
}

bool set_filter(trace_filter& filter, std::string_view name, const std::string& value,
                std::string& wrong) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const auto fail = [&](const char* right) {
    wrong = std::string(name) + "=" + value + " is no filter; " + right;
    return false;
  };
  if (name == "route") {
    filter.route = value;
  } else if (name == "status") {
    const bool three = value.size() == 3 && value[0] >= '1' && value[0] <= '5';
    const bool whole = three && is_digit(value[1]) && is_digit(value[2]);
    if (whole)
      filter.status = std::stoi(value);
    else if (three && value.ends_with("xx"))
      filter.status_class = value[0] - '0';
    else
      return fail("a status (404) or a class (5xx) is one");
  } else if (name == "min_duration") {
    if (!core::parse_duration(value, filter.min_duration)) return fail("a duration is (250ms, 2s)");
  } else if (name == "trace_id") {
    const auto hex = [&](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
    if (value.size() > 32 || !std::all_of(value.begin(), value.end(), hex))
      return fail("up to 32 lowercase hexadecimal digits are");
    filter.trace = value;
  } else if (name == "errors") {
    if (value != "true" && value != "false") return fail("true or false is");
    filter.errors = value == "true";
  } else {
    const auto [end, error] =
        std::from_chars(value.data(), value.data() + value.size(), filter.limit);
    if (error != std::errc{} || *end != '\0' || filter.limit < 1 || filter.limit > 1000)
      return fail("a number from 1 to 1000 is");
  }
  return true;
}

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
