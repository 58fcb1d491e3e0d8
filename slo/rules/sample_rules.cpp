#include "slo/rules/sample_rules.hpp"

#include <cctype>

#include "slo/rules/series_names.hpp"

namespace slo {

namespace {

/// Holds four scrapes at least, at the longest scrape interval that is allowed.
constexpr const char* sample_window = "2m";

/// On lines of its own: a comment in a query ends with its line.
std::string nested(const sli_query& query) {
  return "(\n" + with_window(query.text, sample_window) + "\n)";
}

/// What is not a number (a quantile of nothing, 0/0) is no sample.
std::string numbers_of(const sli_query& query) {
  return "(" + nested(query) + " >= -Inf)";
}

struct error_of {
  rule_builder& rules;

  std::string operator()(const ratio_metric& m) const {
    const auto total = "(" + rules.aggregate("sum") + nested(m.total) + " > 0)";
    const auto part = "(\n" + rules.aggregate("sum") + nested(m.part) + "\nor 0 * " + total + "\n)";
    const auto share = part + " / " + total;
    return m.part_is == event_kind::good ? "1 - " + share : share;
  }
  std::string operator()(const raw_metric& m) const {
    const auto mean = rules.aggregate("avg") + numbers_of(m.value);
    return m.part_is == event_kind::good ? "1 - " + mean : mean;
  }
  std::string operator()(const threshold_metric& m) const {
    const auto& limit = *rules.of().limit;
    return "1 - " + rules.aggregate("avg") + "(" + numbers_of(m.value) + " " + to_promql(limit.op) +
           " bool " + limit.limit.to_string() + ")";
  }
};

struct source_of {
  const sli_query& operator()(const ratio_metric& m) const { return m.total; }
  const sli_query& operator()(const raw_metric& m) const { return m.value; }
  const sli_query& operator()(const threshold_metric& m) const { return m.value; }
};

struct reason_of {
  const char* operator()(const ratio_metric&) const {
    return "no counter can be recovered from its queries";
  }
  const char* operator()(const raw_metric&) const { return "its query gives a ratio, not counts"; }
  const char* operator()(const threshold_metric&) const {
    return "a value is compared with a threshold, nothing is counted";
  }
};

}  // namespace

std::string with_window(const std::string& query, const std::string& window) {
  std::string out;
  for (std::size_t at = 0; at < query.size();) {
    const auto open = query.find("{{", at);
    const auto close = open == std::string::npos ? open : query.find("}}", open);
    if (close == std::string::npos) return out + query.substr(at);
    std::string inner;
    for (auto i = open + 2; i < close; ++i) {
      if (std::isspace(static_cast<unsigned char>(query[i])) == 0) inner += query[i];
    }
    out += query.substr(at, open - at);
    out += inner == ".window" ? window : query.substr(open, close + 2 - open);
    at = close + 2;
  }
  return out;
}

void add_samples(rule_builder& rules) {
  const auto& sli = rules.of().sli;
  rules.record(pace::prompt, series::minute_sources,
               rules.aggregate("count") + nested(std::visit(source_of{}, sli)));
  rules.record(pace::prompt, series::minute_error,
               "clamp(" + std::visit(error_of{rules}, sli) + ", 0, 1)");
}

std::string approximation_note(const objective& o) {
  return std::string("approximate: ") + std::visit(reason_of{}, o.sli) +
         "; its error ratio is sampled each minute and averaged over time";
}

}  // namespace slo
