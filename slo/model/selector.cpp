#include "slo/model/selector.hpp"

namespace slo {

namespace {

const char* spelling(label_matcher::kind op) {
  switch (op) {
    case label_matcher::kind::equal: return "=";
    case label_matcher::kind::not_equal: return "!=";
    case label_matcher::kind::matches: return "=~";
    case label_matcher::kind::not_matches: return "!~";
  }
  return "=";
}

}  // namespace

std::string promql_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string selector::to_string() const {
  std::string out = metric;
  if (matchers.empty()) return out;
  char separator = '{';
  for (const auto& m : matchers) {
    out += separator + m.label + spelling(m.op) + promql_string(m.value);
    separator = ',';
  }
  return out + '}';
}

std::string series_text(std::string_view metric, const label_list& labels) {
  selector as{std::string(metric), {}};
  for (const auto& [name, value] : labels) {
    as.matchers.push_back({name, label_matcher::kind::equal, value});
  }
  return as.to_string();
}

}  // namespace slo
