#include "probe/replay/bundle_store.hpp"

#include <algorithm>
#include <set>

#include "slo/commands/time_text.hpp"

namespace probe {
namespace {

constexpr std::uint64_t most_in_memory = 1024 * 1024;
/// More than the longest secret: what a cut leaves of one lies behind what is kept.
constexpr std::size_t margin = 4096;

constexpr core::metric_family bundles_total{
    "remora_probe_bundles_total",
    "Replay bundles of runs: kept, skipped (too many at a time) or unwritten (disk).",
    core::metric_type::counter};
constexpr core::metric_family bundles_kept{"remora_probe_bundles", "Replay bundles there are now.",
                                           core::metric_type::gauge};

bool shows(const bundle_filter& filter, const bundle_entry& e) {
  const auto fits = [](const std::string& wanted, const std::string& is) {
    return wanted.empty() || wanted == is;
  };
  return fits(filter.scenario, e.scenario) && fits(filter.where, e.where) &&
         fits(filter.why, e.why);
}

}  // namespace

bundle_entry entry_of(const bundle& b, std::size_t size) {
  bundle_entry out;
  out.id = b.id;
  out.scenario = b.scenario;
  out.step = b.step;
  out.where = b.where;
  out.why = b.why;
  out.detail = b.detail;
  out.trace_id = b.trace_id;
  out.intended = b.intended;
  out.failed = b.failed;
  out.took = b.took;
  out.size = size;
  out.json = entry_json(b);
  if (const auto at = slo::parse_time(b.intended); at && *at > 0)
    out.at = static_cast<std::uint64_t>(*at) * 1'000'000;
  return out;
}

bundle_store::bundle_store(const core::wall_clock& wall, failures_config rules)
    : wall_(wall), rules_(std::move(rules)) {
  if (rules_.folder.empty()) return;
  files_ = std::make_unique<bundle_files>(rules_.folder);
  load();
  trim();
}

std::size_t bundle_store::recorded_body(const failures_config& rules) noexcept {
  return rules.bodies.empty() ? 0 : rules.max_body.bytes + margin;
}

/// Files that are no bundles are nobody's business here, and stay.
void bundle_store::load() {
  for (const auto& id : files_->ids()) {
    const auto text = files_->read(id);
    std::string wrong;
    const auto read = text ? parse_bundle(*text, wrong) : std::nullopt;
    if (!read || read->id != id) continue;
    auto entry = entry_of(*read, text->size());
    bytes_ += entry.size;
    (entry.failed ? failures_ : successes_).push_back(std::move(entry));
  }
}

void bundle_store::replace(failures_config rules) {
  rules.folder = rules_.folder;
  rules_ = std::move(rules);
  trim();
}

bool bundle_store::admit(const run_result& result) {
  const auto now = core::now();
  if (result.passed()) {
    if (rules_.keep_successes == 0) return false;
    auto& last = last_success_[result.scenario->key()];
    if (last != core::instant{} && now - last < between_successes) return false;
    last = now;
    return true;
  }
  if (rules_.keep_failures == 0) return false;
  if (now - second_ >= std::chrono::seconds(1)) {
    second_ = now;
    made_ = 0;
  }
  if (made_ == most_failures_a_second) {
    ++skipped_;
    return false;
  }
  ++made_;
  return true;
}

void bundle_store::note(const run_result& result) {
  if (!admit(result)) return;
  const auto made = make_bundle(result, rules_, wall_);
  auto text = to_json(made);
  auto entry = entry_of(made, text.size());
  keep(std::move(entry), std::move(text));
  trim();
}

void bundle_store::keep(bundle_entry entry, std::string text) {
  auto shared = std::make_shared<const std::string>(std::move(text));
  if (!files_) {
    entry.text = std::move(shared);
  } else if (!files_->write(entry.id, std::move(shared))) {
    ++refused_;
    return;
  }
  ++kept_;
  bytes_ += entry.size;
  (entry.failed ? failures_ : successes_).push_back(std::move(entry));
}

void bundle_store::drop_oldest(std::deque<bundle_entry>& from) {
  bytes_ -= from.front().size;
  if (files_) files_->remove(from.front().id);
  from.pop_front();
}

void bundle_store::trim() {
  const auto age = std::chrono::duration_cast<std::chrono::nanoseconds>(rules_.max_age).count();
  const auto now = now_nanos();
  for (auto* some : {&failures_, &successes_}) {
    const auto most = some == &failures_ ? rules_.keep_failures : rules_.keep_successes;
    while (some->size() > static_cast<std::size_t>(most) ||
           (!some->empty() && some->front().at + static_cast<std::uint64_t>(age) < now))
      drop_oldest(*some);
  }
  const auto limit =
      files_ ? rules_.max_bytes.bytes : std::min(most_in_memory, rules_.max_bytes.bytes);
  while (bytes_ > limit && size() > 0) drop_oldest(successes_.empty() ? failures_ : successes_);
}

std::vector<const bundle_entry*> bundle_store::list(const bundle_filter& filter) const {
  std::vector<const bundle_entry*> out;
  const auto add = [&](const std::deque<bundle_entry>& from) {
    for (auto e = from.rbegin(); e != from.rend(); ++e)
      if (shows(filter, *e)) out.push_back(&*e);
  };
  if (filter.outcome != "passed") add(failures_);
  if (filter.outcome != "failed") add(successes_);
  std::stable_sort(out.begin(), out.end(),
                   [](const auto* a, const auto* b) { return a->intended > b->intended; });
  if (out.size() > filter.limit) out.resize(filter.limit);
  return out;
}

std::optional<std::string> bundle_store::read(const std::string& id) const {
  for (const auto* some : {&failures_, &successes_})
    for (const auto& e : *some)
      if (e.id == id) return e.text ? std::optional(*e.text) : files_->read(id);
  return std::nullopt;
}

std::map<std::string, std::vector<std::string>> bundle_store::choices() const {
  std::set<std::string> scenarios, where, why;
  for (const auto* some : {&failures_, &successes_})
    for (const auto& e : *some) {
      scenarios.insert(e.scenario);
      if (!e.failed) continue;
      where.insert(e.where);
      why.insert(e.why);
    }
  return {{"scenario", {scenarios.begin(), scenarios.end()}},
          {"where", {where.begin(), where.end()}},
          {"why", {why.begin(), why.end()}}};
}

void bundle_store::write_metrics(core::exposition_writer& out) const {
  if (out.family(bundles_total)) {
    out.counter("result=\"kept\"", static_cast<double>(kept_));
    out.counter("result=\"skipped\"", static_cast<double>(skipped_));
    out.counter("result=\"unwritten\"",
                static_cast<double>(refused_ + (files_ ? files_->failed() : 0)));
  }
  if (out.family(bundles_kept)) {
    out.gauge("outcome=\"failed\"", static_cast<double>(failures_.size()));
    out.gauge("outcome=\"passed\"", static_cast<double>(successes_.size()));
  }
}

}  // namespace probe
