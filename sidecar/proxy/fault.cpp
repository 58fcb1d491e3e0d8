#include "sidecar/proxy/fault.hpp"

#include "sidecar/proxy/listener_settings.hpp"

namespace sidecar {
namespace {

constexpr core::metric_family injected{"remora_faults_injected_total",
                                       "Faults that were injected for a drill.",
                                       core::metric_type::counter};
constexpr std::array<const char*, 3> kind_labels{"delay", "abort", "reset"};
constexpr int every_route = -1;
constexpr int no_route = -2;  // it was there before a reload

int route_named(const listener_settings& listener, const std::string& label) noexcept {
  if (label.empty()) return every_route;
  for (std::size_t i = 0; i < listener.routes.size(); ++i)
    if (listener.routes[i].label == label) return static_cast<int>(i);
  return no_route;
}

}  // namespace

faults::faults(core::worker& w, const listener_settings& listener,
               std::shared_ptr<fault_board> board)
    : worker_(&w), listener_(&listener), board_(std::move(board)) {
  if (!board_) return;
  for (const auto& route : listener.routes) {
    auto& cells = injected_.emplace_back();
    for (std::size_t i = 0; i < cells.size(); ++i)
      cells[i] = &w.metrics.counter(
          injected,
          {{"listener", listener.name}, {"route", route.label}, {"kind", kind_labels[i]}});
  }
  refresh();
}

void faults::refresh() {
  version_ = board_->version();
  rules_ = board_->current();
  routes_.clear();
  for (const auto& rule : *rules_) routes_.push_back(route_named(*listener_, rule->config().route));
}

std::optional<reply> faults::inject(exchange_record& record) {
  if (board_->version() != version_) refresh();
  // One that waits for a place may yet be refused: `hold` decides when it is through.
  if (rules_->empty() || record.held) return std::nullopt;
  decide(record);
  if (record.fault.delay == core::duration{}) return answer(record);
  record.held = true;
  return std::nullopt;
}

core::task<std::optional<reply>> faults::hold(exchange_record& record) {
  if (!board_ || rules_->empty()) co_return std::nullopt;
  if (!record.fault.decided) decide(record);
  if (record.fault.delay == core::duration{}) co_return answer(record);
  const core::instant from = core::now();
  const core::deadline through = core::deadline::in(record.fault.delay, from);
  co_await core::sleep_until(*worker_, sooner(through, record.until).at);
  const core::instant to = core::now();
  record.fault.delayed = to - from;
  if (!record.until.passed(to)) co_return answer(record);
  const failure why = failure::upstream_timeout;
  co_return reply{status_of(why), why, describe(why)};
}

bool faults::concerns(std::size_t rule, const exchange_record& record) const noexcept {
  const fault_config& what = (*rules_)[rule]->config();
  if (routes_[rule] != every_route && routes_[rule] != record.route) return false;
  if ((what.probes_only || what.header) && !record.synthetic) return false;
  if (!what.header) return true;
  const auto value = record.request->fields.find(what.header->name);
  return value && (what.header->value.empty() || *value == what.header->value);
}

void faults::decide(exchange_record& record) {
  fault_state& state = record.fault;
  state.decided = true;
  for (std::size_t i = 0; i < rules_->size(); ++i) {
    fault_rule& rule = *(*rules_)[i];
    if (!concerns(i, record) || !rule.fires(worker_->random.next())) continue;
    const fault_config& what = rule.config();
    count(record, what.delay ? kind::delay : what.abort ? kind::abort : kind::reset);
    if (what.delay) {
      state.delay += *what.delay;
      continue;
    }
    state.reset = what.reset;
    state.status = static_cast<std::int16_t>(what.abort.value_or(0));
    return;
  }
}

std::optional<reply> faults::answer(const exchange_record& record) const noexcept {
  if (record.fault.reset) {
    const failure why = failure::upstream_closed;
    return reply{status_of(why), why, describe(why)};
  }
  if (record.fault.status == 0) return std::nullopt;
  return reply{record.fault.status, failure::none, "A fault was injected for a drill."};
}

void faults::count(const exchange_record& record, kind what) noexcept {
  injected_[static_cast<std::size_t>(record.route)][static_cast<std::size_t>(what)]->add();
}

}  // namespace sidecar
