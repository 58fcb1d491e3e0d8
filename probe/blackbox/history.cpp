#include "probe/blackbox/history.hpp"

namespace probe::blackbox {

std::string past_probe::debug_output(const core::wall_clock& wall) const {
  std::string out = "Logs for the probe:\n" + log.render(wall, module->name, target);
  out += "\n\n\nMetrics that would have been returned:\n";
  values.write(out);
  return out.append("\n\n\nModule configuration:\n").append(show_module(module->config, 2));
}

void history::add(std::shared_ptr<past_probe> probe) {
  probe->id = next_id_++;
  if (limit_ == 0) return;
  recent_.push_back(std::move(probe));
  if (recent_.size() <= limit_) return;
  if (!recent_.front()->success) {
    failed_.push_back(std::move(recent_.front()));
    if (failed_.size() > limit_) failed_.pop_front();
  }
  recent_.pop_front();
}

std::vector<const past_probe*> history::all() const {
  std::vector<const past_probe*> out;
  for (const auto* from : {&failed_, &recent_})
    for (const auto& probe : *from) out.push_back(probe.get());
  return out;
}

const past_probe* history::find(std::uint64_t id) const noexcept {
  for (const auto* from : {&failed_, &recent_})
    for (const auto& probe : *from)
      if (probe->id == id) return probe.get();
  return nullptr;
}

const past_probe* history::find(std::string_view module, std::string_view target) const noexcept {
  for (const auto* from : {&recent_, &failed_})
    for (auto probe = from->rbegin(); probe != from->rend(); ++probe)
      if ((*probe)->module->name == module && (*probe)->target == target) return probe->get();
  return nullptr;
}

}  // namespace probe::blackbox
