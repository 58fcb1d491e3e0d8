#include "core/junit_report.hpp"

#include <fmt/format.h>

#include <iterator>

#include "core/html_text.hpp"

namespace core {
namespace {

std::string problem(const char* element, const junit_problem& why) {
  return fmt::format("      <{0} type=\"{1}\" message=\"{2}\">{3}</{0}>\n", element,
                     html_text(why.type), html_text(why.message), html_text(why.text));
}

using named_values = std::vector<std::pair<std::string, std::string>>;

std::string properties(const named_values& shared, const named_values& own) {
  std::string out = "    <properties>\n";
  for (const auto* all : {&shared, &own})
    for (const auto& [name, value] : *all)
      fmt::format_to(std::back_inserter(out), "      <property name=\"{}\" value=\"{}\"/>\n",
                     html_text(name), html_text(value));
  return out + "    </properties>\n";
}

}  // namespace

void junit_suite::add(std::string_view name, double seconds, std::string_view body) {
  ++tests_;
  seconds_ += seconds;
  fmt::format_to(std::back_inserter(cases_),
                 "    <testcase classname=\"{}\" name=\"{}\" time=\"{:.6f}\"", html_text(name_),
                 html_text(name), seconds);
  if (body.empty())
    cases_ += "/>\n";
  else
    cases_.append(">\n").append(body).append("    </testcase>\n");
}

void junit_suite::passed(std::string_view name, double seconds) {
  add(name, seconds, "");
}

void junit_suite::failed(std::string_view name, double seconds, const junit_problem& why) {
  ++failures_;
  add(name, seconds, problem("failure", why));
}

void junit_suite::undecided(std::string_view name, const junit_problem& why) {
  ++errors_;
  add(name, 0, problem("error", why));
}

void junit_suite::skipped(std::string_view name) {
  ++skipped_;
  add(name, 0, "      <skipped/>\n");
}

std::string junit_xml(const std::vector<junit_suite>& suites, const junit_facts& facts) {
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  std::size_t id = 0;
  for (const auto& s : suites) {
    fmt::format_to(std::back_inserter(out),
                   "  <testsuite id=\"{}\" name=\"{}\" package=\"{}\" hostname=\"{}\" "
                   "timestamp=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\" "
                   "time=\"{:.6f}\">\n",
                   id++, html_text(s.name_), html_text(facts.package), html_text(facts.host),
                   html_text(facts.timestamp), s.tests_, s.failures_, s.errors_, s.skipped_,
                   s.seconds_);
    out += properties(facts.properties, s.properties_) + s.cases_ + "    <system-out>" +
           html_text(s.out_) + "</system-out>\n    <system-err></system-err>\n  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

}  // namespace core
