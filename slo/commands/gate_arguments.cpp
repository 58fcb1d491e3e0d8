#include "slo/commands/gate_arguments.hpp"

#include <chrono>

#include "slo/commands/arguments.hpp"
#include "slo/model/metric_query.hpp"

namespace slo {

namespace {

constexpr auto default_gate_window = std::chrono::minutes(10);

gate_method method_argument(const std::string& text) {
  if (text == "sequence") return gate_method::sequence;
  if (text == "fixed") return gate_method::fixed;
  throw usage_error("--method is unknown: " + text + " (expected sequence or fixed)");
}

std::vector<label_matcher> matchers_or_all(const char* name,
                                           const std::optional<std::string>& text) {
  return text ? matchers_argument(name, *text) : std::vector<label_matcher>();
}

}  // namespace

double alpha_argument(const std::optional<std::string>& text) {
  if (!text) return gate_rules{}.alpha;
  const auto alpha = number_argument(*text);
  if (alpha && *alpha > 0 && *alpha <= 0.5) return *alpha;
  throw usage_error("--alpha is out of range: " + *text + " (expected above 0, at most 0.5)");
}

double share_argument(const char* name, const std::string& text) {
  const bool percent = text.ends_with('%');
  const auto value = number_argument(std::string_view(text).substr(0, text.size() - percent));
  const double share = value.value_or(0) / (percent ? 100 : 1);
  if (value && share > 0 && share < 1) return share;
  throw usage_error(std::string(name) + " is no share of events: " + text +
                    " (expected 0.5% or 0.005)");
}

double rate_argument(const std::string& text) {
  std::string_view number = text;
  double seconds = 1;
  if (const auto slash = number.find('/'); slash != number.npos) {
    const auto unit = number.substr(slash + 1);
    seconds = unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 0;
    number = number.substr(0, slash);
  }
  const auto value = number_argument(number);
  if (value && *value > 0 && seconds > 0) return *value / seconds;
  throw usage_error("--rate is no number of events a second: " + text +
                    " (expected 10, 10/s, 600/m or 5/h)");
}

std::vector<label_matcher> matchers_argument(const char* name, const std::string& text) {
  auto parsed = parse_metric_query("x{" + text + "}");
  if (parsed.has_value() && !parsed->windowed && !parsed->counter.matchers.empty())
    return std::move(parsed->counter.matchers);
  throw usage_error(std::string(name) + " is no list of conditions on labels: " + text +
                    " (expected version=\"1.4\",zone=~\"a|b\")");
}

gate_rules rules_argument(const gate_arguments& given) {
  gate_rules out;
  out.alpha = alpha_argument(given.alpha);
  out.method = method_argument(given.method);
  if (given.margin) {
    if (!given.baseline && !given.baseline_at && !given.baseline_selector)
      throw usage_error("--margin is the distance from a baseline: give one");
    out.margin = share_argument("--margin", *given.margin);
  }
  return out;
}

gate_windows windows_argument(const gate_arguments& given) {
  if (given.since && given.query.window)
    throw usage_error("--since and --window exclude each other");
  const auto at = time_argument(given.query.at, "--at", now_millis());
  const auto window = window_argument(given.query.window)
                          .value_or(std::chrono::milliseconds(default_gate_window).count());
  const auto from = time_argument(given.since, "--since", at - window);
  if (from >= at) throw usage_error("--since is not before the end of the window");
  gate_windows out{{from, at, matchers_or_all("--selector", given.selector)}, {}};
  if (!given.baseline_at && !given.baseline_selector) return out;
  const auto until = time_argument(given.baseline_at, "--baseline-at", at);
  out.baseline = {until - (at - from), until,
                  matchers_or_all("--baseline-selector", given.baseline_selector)};
  if (until > from && !given.baseline_selector)
    throw usage_error(
        "the baseline's window overlaps the candidate's: --baseline-at is to be at "
        "most " +
        std::to_string(from / 1000) + ", or give --baseline-selector");
  return out;
}

std::optional<std::string> override_argument(const gate_arguments& given) {
  if (!given.override_reason) return std::nullopt;
  if (!given.freeze) throw usage_error("--override is of the freeze rule: give --freeze too");
  if (given.override_reason->find_first_not_of(" \t\n") == std::string::npos)
    throw usage_error("--override needs a reason, which is recorded in every output");
  return given.override_reason;
}

}  // namespace slo
