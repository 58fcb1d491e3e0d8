#include "slo/evidence/loaded_rules.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

#include "slo/evidence/answer_members.hpp"

namespace slo {

namespace {

namespace json = boost::json;
using answer::array_of;
using answer::member;
using answer::object_of;
using answer::text_of;
using answer::unexpected;

/// Seconds as a duration of Prometheus; "" for none.
std::string span_of(const json::object& from, const char* name) {
  const auto& value = member(from, name);
  if (!value.is_number()) throw unexpected(std::string(name) + " is no number");
  const double seconds = value.to_number<double>();
  if (!(seconds >= 0 && seconds < 1e10)) throw unexpected(std::string(name) + " is out of range");
  const auto millis = std::llround(seconds * 1000);
  if (millis == 0) return {};
  return millis % 1000 == 0 ? std::to_string(millis / 1000) + "s" : std::to_string(millis) + "ms";
}

/// Absent where there are none.
label_list labels_of(const json::object& from, const char* name) {
  label_list out;
  const auto* value = from.if_contains(name);
  if (!value) return out;
  for (const auto& [label, text] : object_of(*value, name)) {
    out.emplace_back(std::string(label), text_of(text, "a label's value"));
  }
  std::sort(out.begin(), out.end());
  return out;
}

rule rule_of(const json::value& from) {
  const auto& object = object_of(from, "a rule");
  const auto type = text_of(member(object, "type"), "a rule's type");
  if (type != "recording" && type != "alerting") throw unexpected("a rule's type is " + type);
  const bool alert = type == "alerting";
  return {alert ? rule::kind::alert : rule::kind::record,
          text_of(member(object, "name"), "a rule's name"),
          text_of(member(object, "query"), "a query"),
          alert ? span_of(object, "duration") : std::string(),
          labels_of(object, "labels"),
          labels_of(object, "annotations")};
}

rule_group group_of(const json::value& from) {
  const auto& object = object_of(from, "a group");
  rule_group out{
      text_of(member(object, "name"), "a group's name"), span_of(object, "interval"), {}};
  for (const auto& r : array_of(member(object, "rules"), "rules")) out.rules.push_back(rule_of(r));
  return out;
}

std::vector<rule_group> read(std::string_view body) {
  boost::system::error_code error;
  const auto root = json::parse({body.data(), body.size()}, error);
  if (error) throw unexpected("it is no JSON");
  const auto& answer = object_of(root, "the answer");
  if (text_of(member(answer, "status"), "status") != "success") {
    throw unexpected(text_of(member(answer, "error"), "error"));
  }
  std::vector<rule_group> out;
  for (const auto& group :
       array_of(member(object_of(member(answer, "data"), "data"), "groups"), "groups")) {
    out.push_back(group_of(group));
  }
  return out;
}

}  // namespace

boost::system::result<std::vector<rule_group>, std::string> parse_loaded_rules(
    std::string_view body) {
  try {
    return read(body);
  } catch (const unexpected& e) {
    return std::string(e.what());
  }
}

}  // namespace slo
