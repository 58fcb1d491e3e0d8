#include "sidecar/proxy/timeouts.hpp"

#include <algorithm>
#include <charconv>

#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

constexpr std::size_t most_digits = 9;
constexpr core::metric_family deadlines{
    "remora_deadlines_total", "Requests of peers that brought a deadline, by what became of it.",
    core::metric_type::counter};
constexpr std::array outcome_labels{"shortened", "longer", "malformed", "expired"};

}  // namespace

std::optional<core::duration> parse_timeout(std::string_view text) noexcept {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || text.size() > most_digits || !std::all_of(text.begin(), text.end(), digit))
    return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return std::chrono::milliseconds(value);
}

std::uint64_t milliseconds_left(core::deadline until, core::instant now) noexcept {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until.left(now));
  return static_cast<std::uint64_t>(left.count());
}

timeouts::timeouts(core::metrics_shard& metrics, const listener_settings& listener)
    : listener_(&listener) {
  for (std::size_t i = 0; i < outcomes_.size(); ++i)
    outcomes_[i] =
        &metrics.counter(deadlines, {{"listener", listener.name}, {"result", outcome_labels[i]}});
}

timeouts::outcome timeouts::apply(exchange_record& record, std::string_view value) const noexcept {
  const auto left = parse_timeout(value);
  if (!left || record.request->fields.count(core::field_name::remora_timeout_ms) > 1)
    return outcome::malformed;
  record.promised = core::deadline::in(*left, record.received);
  if (record.promised.at >= record.until.at) return outcome::longer;
  record.until = record.promised;
  return *left == core::duration{} ? outcome::expired : outcome::shortened;
}

std::optional<reply> timeouts::before(exchange_record& record) {
  const auto& route = listener_->routes[static_cast<std::size_t>(record.route)];
  record.until = core::deadline::in(route.timeout, record.received);
  if (listener_->trust != trust_level::peers) return std::nullopt;
  const auto value = record.request->fields.find(core::field_name::remora_timeout_ms);
  if (!value) return std::nullopt;
  const outcome what = apply(record, *value);
  outcomes_[static_cast<std::size_t>(what)]->add();
  if (what != outcome::expired) return std::nullopt;
  return reply{status_of(failure::out_of_time), failure::out_of_time,
               describe(failure::out_of_time)};
}

}  // namespace sidecar
