#include "probe/checks/expectation.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "probe/checks/kind_comparisons.hpp"
#include "probe/checks/tls_comparison.hpp"

namespace probe {
namespace {

namespace json = boost::json;

json_type type_of(const json::value& value) noexcept {
  switch (value.kind()) {
    case json::kind::null: return json_type::null;
    case json::kind::bool_: return json_type::boolean;
    case json::kind::string: return json_type::string;
    case json::kind::array: return json_type::array;
    case json::kind::object: return json_type::object;
    default: return json_type::number;
  }
}

std::string name_of(json_type type) {
  for (const auto& [name, value] : config_names(type))
    if (value == type) return name;
  return {};
}

/// Equality of JSON values; 1, 1.0 and 1e0 are one number, whichever way they were parsed.
bool equal(const json::value& a, const json::value& b) {
  if (a.is_number() && b.is_number()) {
    if (!a.is_double() && !b.is_double()) return a == b;
    return a.to_number<double>() == b.to_number<double>();
  }
  if (a.is_array() && b.is_array()) {
    const auto& x = a.get_array();
    const auto& y = b.get_array();
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), equal);
  }
  if (a.is_object() && b.is_object()) {
    const auto& x = a.get_object();
    const auto& y = b.get_object();
    if (x.size() != y.size()) return false;
    for (const auto& member : x) {
      const auto* other = y.if_contains(member.key());
      if (!other || !equal(member.value(), *other)) return false;
    }
    return true;
  }
  return a == b;
}

class comparison {
 public:
  comparison(const seen& answer, const template_text::lookup& values)
      : answer_(answer), values_(values) {}

  bool status(const status_set& expected) {
    if (answer_.status == 0) return true;  // its protocol has none
    const auto& right = expected.empty() ? status_set::success() : expected;
    if (right.contains(answer_.status)) return true;
    add(failure_reason::status,
        "status is " + std::to_string(answer_.status) + ", expected " + right.text());
    return false;
  }

  void latency(core::duration most) {
    if (answer_.took > most)
      add(failure_reason::latency, "took " + core::format_duration(to_micros(answer_.took)) +
                                       ", expected at most " + core::format_duration(most));
  }

  void phases(const phase_limits& limits, const phase_times& took) {
    for (std::size_t i = 0; i < phase_count; ++i) {
      const auto p = static_cast<phase>(i);
      const auto& most = limits.of(p);
      if (!most || !took[p] || *took[p] <= *most) continue;
      add(failure_reason::latency, std::string(to_label(p)) + " took " +
                                       core::format_duration(to_micros(*took[p])) +
                                       ", expected at most " + core::format_duration(*most));
      found_.back().late = p;
    }
  }

  void tls(const tls_expectation& expected) {
    for (auto& what : compare_tls(expected, answer_.tls.get(), answer_.unix_time))
      add(failure_reason::certificate, std::move(what));
  }

  void version(http_version expected) {
    if (answer_.legacy == (expected == http_version::http_1_0)) return;
    add(failure_reason::version, answer_.legacy ? "answered in HTTP/1.0, expected HTTP/1.1"
                                                : "answered in HTTP/1.1, expected HTTP/1.0");
  }

  void size(const char* what, std::uint64_t bytes, const size_range& expected) {
    const std::string seen_size = std::string(what) + " has " + std::to_string(bytes) + " bytes";
    if (expected.min && bytes < expected.min->bytes)
      add(failure_reason::size,
          seen_size + ", expected at least " + format_byte_size(*expected.min));
    if (expected.max && bytes > expected.max->bytes)
      add(failure_reason::size,
          seen_size + ", expected at most " + format_byte_size(*expected.max));
  }

  void header(const header_expectation& expected) {
    const auto value = answer_.header(expected.name);
    const std::string subject = "header " + expected.name;
    if (expected.exists == false) {
      if (value) add(failure_reason::header, subject + " is " + brief(*value) + ", expected none");
      return;
    }
    if (!value) return add(failure_reason::header, subject + " is missing");
    if (expected.equals) {
      const auto right = render(*expected.equals, failure_reason::header);
      if (right && *value != *right)
        add(failure_reason::header,
            subject + " is " + brief(*value) + ", expected " + brief(*right));
    }
    if (expected.matches && !expected.matches->matches(*value))
      add(failure_reason::header,
          subject + " is " + brief(*value) + ", expected a match of " + expected.matches->source());
    if (expected.not_matches && expected.not_matches->matches(*value))
      add(failure_reason::header, subject + " is " + brief(*value) + ", expected no match of " +
                                      expected.not_matches->source());
  }

  void json(const json_expectation& expected) {
    const auto* document = answer_.json();
    if (!document) {
      // Once is enough: every pointer would say the same.
      if (!std::exchange(no_json_, true))
        add(failure_reason::json, "the body is no JSON: " + brief(answer_.body));
      return;
    }
    const auto* value = expected.pointer.find(*document);
    const std::string subject =
        expected.pointer.text().empty() ? "the body" : expected.pointer.text();
    if (expected.exists == false) {
      if (value) add(failure_reason::json, subject + " is " + brief(*value) + ", expected nothing");
      return;
    }
    if (!value) return add(failure_reason::json, subject + " is missing");
    if (expected.type && type_of(*value) != *expected.type)
      add(failure_reason::json,
          subject + " is " + brief(*value) + ", expected type " + name_of(*expected.type));
    if (expected.equals) equals(subject, *value, *expected.equals);
    if (expected.matches) matches(subject, *value, *expected.matches);
  }

  void body(const expectation& expected) {
    if (expected.contains) {
      const auto part = render(*expected.contains, failure_reason::body);
      if (part && answer_.body.find(*part) == std::string::npos)
        add(failure_reason::body, "the body does not contain " + brief(*part));
    }
    if (expected.not_contains) {
      const auto part = render(*expected.not_contains, failure_reason::body);
      if (part && answer_.body.find(*part) != std::string::npos)
        add(failure_reason::body, "the body contains " + brief(*part));
    }
    if (expected.matches && !expected.matches->matches(answer_.body))
      add(failure_reason::body, "the body does not match " + expected.matches->source());
    if (!expected.not_matches) return;
    if (const auto found = expected.not_matches->find(answer_.body))
      add(failure_reason::body,
          "the body matches " + expected.not_matches->source() + ": " + brief(*found));
  }

  void kind(const expectation& expected) {
    if (answer_.kind != answer_kind::plain && !answer_.json())
      return add(failure_reason::json, "the answer cannot be read: " + brief(answer_.body));
    switch (answer_.kind) {
      case answer_kind::plain: return;
      case answer_kind::dns:
        return compare_dns(expected.dns.value_or(dns_expectation()), answer_, values_, found_);
      case answer_kind::redis:
        return compare_redis(expected.redis.value_or(redis_expectation()), answer_, values_,
                             found_);
      case answer_kind::postgres:
        if (expected.postgres) compare_postgres(*expected.postgres, answer_, values_, found_);
    }
  }

  std::vector<mismatch> take() && { return std::move(found_); }

 private:
  static core::duration to_micros(core::duration d) {
    return std::chrono::duration_cast<std::chrono::microseconds>(d);
  }

  void add(failure_reason why, std::string what) { found_.push_back({why, std::move(what)}); }

  std::optional<std::string> render(const template_text& text, failure_reason why) {
    return expected_text(text, values_, why, found_);
  }

  void equals(const std::string& subject, const boost::json::value& value,
              const json_template& expected) {
    std::string missing;
    const auto text = expected.render(values_, missing);
    if (!text)
      return add(failure_reason::json, "nothing to compare with: " + missing + " has no value");
    boost::system::error_code unreadable;  // a number beyond all bounds
    const auto right = boost::json::parse(*text, unreadable);
    if (unreadable || !equal(value, right))
      add(failure_reason::json, subject + " is " + brief(value) + ", expected " + *text);
  }

  void matches(const std::string& subject, const boost::json::value& value,
               const pattern& expected) {
    const auto* text = value.if_string();
    if (!text || !expected.matches({text->data(), text->size()}))
      add(failure_reason::json,
          subject + " is " + brief(value) + ", expected a match of " + expected.source());
  }

  const seen& answer_;
  const template_text::lookup& values_;
  bool no_json_ = false;
  std::vector<mismatch> found_;
};

}  // namespace

std::optional<std::string> expected_text(const template_text& text,
                                         const template_text::lookup& values, failure_reason why,
                                         std::vector<mismatch>& found) {
  std::string missing;
  auto out = text.render(values, missing);
  if (!out) found.push_back({why, "nothing to compare with: " + missing + " has no value"});
  return out;
}

std::vector<mismatch> compare(const expectation& expected, const seen& answer,
                              const template_text::lookup& values, const phase_times& phases) {
  comparison against(answer, values);
  // The body of a wrong status is another kind of document: nothing about it is news.
  if (!against.status(expected.status)) return std::move(against).take();
  if (expected.tls) against.tls(*expected.tls);
  if (expected.version) against.version(*expected.version);
  if (expected.latency) against.latency(*expected.latency);
  if (expected.phases) against.phases(*expected.phases, phases);
  for (const auto& h : expected.headers) against.header(h);
  if (expected.size) against.size("the body", answer.size, *expected.size);
  if (expected.raw_size) against.size("the body as sent", answer.raw_size, *expected.raw_size);
  for (const auto& j : expected.json) against.json(j);
  against.body(expected);
  against.kind(expected);
  return std::move(against).take();
}

}  // namespace probe
