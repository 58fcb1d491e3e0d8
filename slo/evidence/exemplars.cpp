#include "slo/evidence/exemplars.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace slo {

namespace {

namespace json = boost::json;

/// An answer that is not as documented; caught in parse_exemplars.
struct unexpected : std::runtime_error {
  using std::runtime_error::runtime_error;
};

const json::value& member(const json::value& from, const char* name) {
  const auto* object = from.if_object();
  const auto* value = object ? object->if_contains(name) : nullptr;
  if (!value) throw unexpected(std::string("there is no ") + name);
  return *value;
}

const json::array& list(const json::value& from, const char* name) {
  const auto* found = member(from, name).if_array();
  if (!found) throw unexpected(std::string(name) + " is no list");
  return *found;
}

label_list labels(const json::value& from, const char* name) {
  const auto* found = member(from, name).if_object();
  if (!found) throw unexpected(std::string(name) + " is no object");
  label_list out;
  for (const auto& [key, value] : *found) {
    if (!value.is_string()) throw unexpected("a label's value is no string");
    out.emplace_back(std::string(key), std::string(value.get_string()));
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string_view value_of(const label_list& labels, std::string_view name) {
  for (const auto& [key, value] : labels)
    if (key == name) return value;
  return {};
}

exemplar exemplar_of(const json::value& from, const label_list& series) {
  const auto* value = member(from, "value").if_string();
  const auto& at = member(from, "timestamp");
  const auto seen = value ? number({value->data(), value->size()}) : std::nullopt;
  if (!seen || !at.is_number()) throw unexpected("an exemplar has no value or no time");
  const double seconds = at.to_number<double>();
  if (!(std::abs(seconds) < 1e12)) throw unexpected("an exemplar's time is out of range");
  const auto own = labels(from, "labels");
  auto trace = value_of(own, "trace_id");
  if (trace.empty()) trace = value_of(own, "traceID");
  return {series, std::string(trace), *seen, std::llround(seconds * 1000)};
}

std::vector<exemplar> read(std::string_view body) {
  boost::system::error_code error;
  const auto root = json::parse({body.data(), body.size()}, error);
  if (error) throw unexpected("it is no JSON");
  if (member(root, "status") != "success") throw unexpected("its status is no success");
  std::vector<exemplar> out;
  for (const auto& one : list(root, "data")) {
    const auto series = labels(one, "seriesLabels");
    for (const auto& from : list(one, "exemplars")) {
      auto read = exemplar_of(from, series);
      if (!read.trace_id.empty()) out.push_back(std::move(read));
    }
  }
  return out;
}

/// Labels that say what became of an event, or where it was counted: a histogram has others.
bool classifies(const std::string& label) {
  constexpr std::string_view known[] = {"result",    "outcome", "code",  "status",
                                        "threshold", "le",      "route", "http_route"};
  return std::find(std::begin(known), std::end(known), label) != std::end(known) ||
         label.find("status") != std::string::npos;
}

/// Above it an event is no good one: of a latency objective.
std::optional<double> longest_good(const objective& o) {
  if (!o.counters || o.counters->part_is != event_kind::good) return std::nullopt;
  for (const auto& m : o.counters->part.matchers) {
    if (m.label != "threshold" && m.label != "le") continue;
    // `1(\.0)?`, as generated selectors write a bound: what stands before the parenthesis.
    if (auto bound = number(m.value.substr(0, m.value.find('(')))) return bound;
  }
  return std::nullopt;
}

}  // namespace

boost::system::result<std::vector<exemplar>, std::string> parse_exemplars(std::string_view body) {
  try {
    return read(body);
  } catch (const unexpected& e) {
    return std::string(e.what());
  }
}

std::optional<std::string> exemplar_selector(const objective& o) {
  if (!o.counters) return std::nullopt;
  selector out;
  bool named = false;
  for (const auto& m : o.counters->total.matchers) {
    if (classifies(m.label)) continue;
    named = named || m.op == label_matcher::kind::equal;
    out.matchers.push_back(m);
  }
  if (!named) return std::nullopt;
  out.matchers.push_back({"__name__", label_matcher::kind::matches, ".+_bucket"});
  return out.to_string();
}

bool shows_failure(const exemplar& e, const objective& o) {
  for (const auto& [name, value] : e.series) {
    const bool status = name == "code" || name.find("status") != std::string::npos;
    if (status && value.size() == 3 && value.front() == '5') return true;
    if (name == "error_type" && !value.empty()) return true;
    if (value == "bad" && name == "result") return true;
    if (value == "failed" && (name == "outcome" || name == "result")) return true;
  }
  const auto longest = longest_good(o);
  return longest && e.value > *longest;
}

}  // namespace slo
