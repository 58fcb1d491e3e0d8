#include "slo/model/label_matching.hpp"

#include <algorithm>
#include <boost/regex.hpp>

namespace slo {

struct series_matcher::condition {
  label_matcher what;
  boost::regex expression;  // of the two kinds that have one

  bool holds(const std::string& value) const {
    switch (what.op) {
      case label_matcher::kind::equal: return value == what.value;
      case label_matcher::kind::not_equal: return value != what.value;
      case label_matcher::kind::matches: return boost::regex_match(value, expression);
      case label_matcher::kind::not_matches: return !boost::regex_match(value, expression);
    }
    return false;
  }
};

namespace {

const std::string& value_of(const label_list& labels, std::string_view name) {
  static const std::string none;
  const auto found = std::find_if(labels.begin(), labels.end(),
                                  [&](const auto& label) { return label.first == name; });
  return found == labels.end() ? none : found->second;
}

bool has_expression(const label_matcher& m) {
  return m.op == label_matcher::kind::matches || m.op == label_matcher::kind::not_matches;
}

}  // namespace

boost::system::result<series_matcher, std::string> series_matcher::compile(const selector& what) {
  series_matcher out;
  out.metric_ = what.metric;
  for (const auto& matcher : what.matchers) {
    auto one = std::make_shared<condition>(condition{matcher, boost::regex()});
    try {
      if (has_expression(matcher)) one->expression = boost::regex(matcher.value);
    } catch (const boost::regex_error& e) {
      return "cannot compile " + promql_string(matcher.value) + ": " + e.what();
    }
    out.conditions_.push_back(std::move(one));
  }
  return out;
}

bool series_matcher::selects(const label_list& series) const {
  if (!metric_.empty() && value_of(series, "__name__") != metric_) return false;
  return std::all_of(conditions_.begin(), conditions_.end(),
                     [&](const auto& c) { return c->holds(value_of(series, c->what.label)); });
}

}  // namespace slo
