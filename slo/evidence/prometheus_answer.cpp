#include "slo/evidence/prometheus_answer.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
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

double number_of(const std::string& text) {
  std::string_view digits = text;
  if (digits.starts_with('+')) digits.remove_prefix(1);  // +Inf
  double value = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (parsed.ec != std::errc() || parsed.ptr != digits.data() + digits.size()) {
    throw unexpected("a value is no number: " + text);
  }
  return value;
}

/// `[seconds, "value"]`
sample sample_of(const json::value& from) {
  const auto& pair = array_of(from, "a sample");
  if (pair.size() != 2 || !pair[0].is_number()) throw unexpected("a sample is no pair");
  const double seconds = pair[0].to_number<double>();
  if (!(std::abs(seconds) < 1e12)) throw unexpected("a sample's time is out of range");
  return {std::llround(seconds * 1000), number_of(text_of(pair[1], "a sample's value"))};
}

label_list labels_of(const json::value& from) {
  label_list labels;
  for (const auto& [name, value] : object_of(from, "a metric")) {
    labels.emplace_back(std::string(name), text_of(value, "a label's value"));
  }
  std::sort(labels.begin(), labels.end());
  return labels;
}

time_series series_of(const json::value& from, bool matrix) {
  const auto& object = object_of(from, "a result");
  time_series series{labels_of(member(object, "metric")), {}};
  if (!matrix) {
    series.samples.push_back(sample_of(member(object, "value")));
    return series;
  }
  for (const auto& value : array_of(member(object, "values"), "values")) {
    series.samples.push_back(sample_of(value));
    const auto n = series.samples.size();
    if (n > 1 && series.samples[n - 2].at >= series.samples[n - 1].at) {
      throw unexpected("the samples are not in order");
    }
  }
  return series;
}

std::vector<time_series> read(std::string_view body) {
  boost::system::error_code error;
  const auto root = json::parse({body.data(), body.size()}, error);
  if (error) throw unexpected("it is no JSON");
  const auto& answer = object_of(root, "the answer");
  if (text_of(member(answer, "status"), "status") != "success") {
    throw unexpected(text_of(member(answer, "error"), "error"));
  }
  // A warning says that a remote store did not answer: the numbers would be too small.
  if (const auto* warnings = answer.if_contains("warnings")) {
    const auto& list = array_of(*warnings, "warnings");
    if (!list.empty()) throw unexpected("it is incomplete: " + text_of(list[0], "a warning"));
  }
  const auto& data = object_of(member(answer, "data"), "data");
  const auto type = text_of(member(data, "resultType"), "resultType");
  const auto& result = member(data, "result");
  if (type == "scalar") return {{{}, {sample_of(result)}}};
  if (type != "vector" && type != "matrix") throw unexpected("its type is " + type);
  std::vector<time_series> out;
  for (const auto& item : array_of(result, "result")) {
    out.push_back(series_of(item, type == "matrix"));
  }
  return out;
}

}  // namespace

boost::system::result<std::vector<time_series>, std::string> parse_prometheus_answer(
    std::string_view body) {
  try {
    return read(body);
  } catch (const unexpected& e) {
    return std::string(e.what());
  }
}

}  // namespace slo
