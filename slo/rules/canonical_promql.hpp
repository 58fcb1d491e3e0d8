#pragma once

#include <string>
#include <string_view>

namespace slo {

/// A PromQL expression in one spelling, so that what we wrote can be compared with what Prometheus
/// says it has loaded, which it prints in its own way: white space, comments, kinds of quotes, how
/// durations and numbers are written, the order of a selector's conditions, keywords in capitals,
/// and whether `by` stands before or behind do not matter. Two expressions that differ in anything
/// else differ here too. For comparing only; text that is no PromQL gives some text. Pure.
std::string canonical_promql(std::string_view expression);

}  // namespace slo
