#include <boost/json.hpp>
#include <string>

#include "slo/serve/chart_data.hpp"
#include "slo/serve/config.hpp"
#include "slo/serve/failures.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;
namespace json = boost::json;

namespace {

constexpr slo::unix_millis now = 1'700'000'000'000;

/// Whatever is asked for, it has an end and not too many points.
void check_grid(std::string_view query) {
  const core::request_head head;
  const core::server_request request{"GET", "/", query, head, {}, core::deadline::never(), {}};
  const slo::grid_limits limits;
  const auto grid = slo::read_grid(request, 3'600'000, now, limits);
  if (grid.has_error()) {
    require(!grid.error().empty() && grid.error().size() <= 3);
    return;
  }
  require(grid->step >= limits.least_step && grid->from >= 0 && grid->from <= grid->to);
  require(grid->size() <= static_cast<std::size_t>(limits.most_points) + 1);
  require((grid->to - grid->from) % grid->step == 0 && grid->to % grid->step == 0);
}

/// What a probe answers becomes JSON again, and no link that leads elsewhere.
void check_failures(std::string_view answer) {
  const core::base_url probe{false, {"probe", 9115}, ""};
  const auto found = slo::parse_failures(answer, probe);
  if (found.has_error()) {
    require(!found.error().empty());
    return;
  }
  slo::failure_source source;
  source.failures = *found;
  const auto shown = slo::failures_json({source}, "http://traces/{trace_id}", {{}, 10});
  const auto list = json::parse(shown).at("failures").as_array();
  require(list.size() == std::min<std::size_t>(found->size(), 10));
  for (const auto& one : list) {
    const auto* trace = one.at("trace_url").if_string();
    require(!trace || (trace->starts_with("http://traces/") && trace->size() == 14 + 32));
    const auto* bundle = one.at("bundle_url").if_string();
    require(!bundle || bundle->starts_with("http://probe:9115/failures/"));
  }
}

}  // namespace

/// A query of the page's API in the first line, and a probe's answer behind it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  check_grid(fuzz::take_until(rest));
  check_failures(rest);
  return 0;
}
