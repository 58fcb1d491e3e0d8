#include <algorithm>
#include <boost/json/value.hpp>
#include <string_view>

#include "core/dns_names.hpp"
#include "core/http_head.hpp"
#include "probe/checks/kind_comparisons.hpp"

namespace probe {
namespace {

namespace json = boost::json;

/// The lists and their texts, in the JSON that the check made.
class dns_comparison {
 public:
  dns_comparison(const json::object& answer, std::vector<mismatch>& found)
      : answer_(answer), found_(found) {}

  /// Whether the answer is one whose records can be looked at.
  bool rcode(const std::vector<std::string>& right) {
    const std::string_view is = answer_.at("rcode").as_string();
    const bool known = std::any_of(right.begin(), right.end(), [&](const std::string& name) {
      return core::dns_rcode_of(name) == core::dns_rcode_of(is);
    });
    if (known) return true;
    std::string list;
    for (const auto& name : right) list += (list.empty() ? "" : " or ") + name;
    add(failure_reason::rcode, "the rcode is " + std::string(is) + ", expected " + list);
    return false;
  }

  void authoritative(bool expected) {
    if (answer_.at("authoritative").as_bool() != expected)
      add(failure_reason::records, expected ? "the server does not answer for its own zone"
                                            : "the server answers for its own zone");
  }

  void section(const char* name, const record_expectation& e) {
    const auto& records = answer_.at(name).as_array();
    count(name, records.size(), e);
    if (records.empty() && (!e.every.empty() || !e.any.empty()))
      return add(failure_reason::records, std::string("no record in ") + name);
    const auto found_in = [](const json::value& record, const pattern& p) {
      const auto& text = record.as_object().at("text").as_string();
      return p.matches({text.data(), text.size()});
    };
    for (const auto& p : e.every)
      for (const auto& r : records)
        if (!found_in(r, p)) add_record(name, r, "does not match", p);
    for (const auto& p : e.none)
      for (const auto& r : records)
        if (found_in(r, p)) add_record(name, r, "matches", p);
    const auto matched = [&](const pattern& p) {
      return std::any_of(records.begin(), records.end(),
                         [&](const json::value& r) { return found_in(r, p); });
    };
    const auto everywhere = [&](const pattern& p) {
      return std::all_of(records.begin(), records.end(),
                         [&](const json::value& r) { return found_in(r, p); });
    };
    if (!e.any.empty() && std::none_of(e.any.begin(), e.any.end(), matched))
      add(failure_reason::records,
          "no record in " + std::string(name) + " matches " + listed(e.any));
    if (!e.not_every.empty() && std::all_of(e.not_every.begin(), e.not_every.end(), everywhere))
      add(failure_reason::records,
          "every record in " + std::string(name) + " matches " + listed(e.not_every));
  }

  void service(const srv_expectation& expected, const std::string& target) {
    const auto& records = answer_.at("answers").as_array();
    const auto number = [](const json::object& r, const char* name,
                           const std::optional<std::uint16_t>& n) {
      return !n || r.at(name).to_number<std::uint16_t>() == *n;
    };
    const bool there = std::any_of(records.begin(), records.end(), [&](const json::value& value) {
      const auto& r = value.as_object();
      if (!r.contains("target")) return false;
      const auto& is = r.at("target").as_string();
      return core::iequals({is.data(), is.size()}, target) && number(r, "port", expected.port) &&
             number(r, "priority", expected.priority) && number(r, "weight", expected.weight);
    });
    if (there) return;
    std::string what = "no SRV record for " + target;
    for (const auto& [name, n] : {std::pair{" port ", expected.port},
                                  {" priority ", expected.priority},
                                  {" weight ", expected.weight}})
      if (n) what += name + std::to_string(*n);
    add(failure_reason::records, std::move(what));
  }

 private:
  static std::string listed(const std::vector<pattern>& patterns) {
    std::string out;
    for (const auto& p : patterns) out += (out.empty() ? "" : " or ") + p.source();
    return out;
  }
  void add(failure_reason why, std::string what) { found_.push_back({why, std::move(what)}); }
  void add_record(const char* section, const json::value& record, const char* verb,
                  const pattern& p) {
    const auto& text = record.as_object().at("text").as_string();
    add(failure_reason::records, std::string(section) + ": " +
                                     brief(std::string_view(text.data(), text.size())) + ' ' +
                                     verb + ' ' + p.source());
  }
  void count(const char* name, std::size_t is, const record_expectation& e) {
    const auto n = static_cast<std::int64_t>(is);
    std::string expected;
    if (e.count && n != *e.count) expected = std::to_string(*e.count);
    if (e.at_least && n < *e.at_least) expected = "at least " + std::to_string(*e.at_least);
    if (e.at_most && n > *e.at_most) expected = "at most " + std::to_string(*e.at_most);
    if (!expected.empty())
      add(failure_reason::records,
          std::to_string(n) + " records in " + name + ", expected " + expected);
  }

  const json::object& answer_;
  std::vector<mismatch>& found_;
};

}  // namespace

void compare_dns(const dns_expectation& expected, const seen& answer,
                 const template_text::lookup& values, std::vector<mismatch>& found) {
  dns_comparison against(answer.json()->as_object(), found);
  if (!against.rcode(expected.rcode)) return;
  if (expected.authoritative) against.authoritative(*expected.authoritative);
  if (expected.answers) against.section("answers", *expected.answers);
  if (expected.authority) against.section("authority", *expected.authority);
  if (expected.additional) against.section("additional", *expected.additional);
  for (const auto& one : expected.srv)
    if (auto target = expected_text(one.target, values, failure_reason::records, found)) {
      if (target->ends_with('.')) target->pop_back();
      against.service(one, *target);
    }
}

}  // namespace probe
