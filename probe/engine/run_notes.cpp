#include "probe/engine/run_notes.hpp"

namespace probe {
namespace {

std::string without_query(const std::string& url) {
  return url.substr(0, url.find_first_of("?#"));
}

/// `https://host:port` of a URL.
std::string origin_of(const std::string& url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string::npos) return {};
  return url.substr(0, url.find_first_of("/?#", scheme_end + 3));
}

}  // namespace

void run_notes::note(const check_result& from) {
  auto& out = result_.steps.back();
  ++out.attempts;
  out.phases = from.phases;
  out.broke_in = from.broke_in;
  out.status = from.answer.status;
  out.method = from.method;
  out.url = without_query(order_.setup->constants.mask(from.url));
  out.peer = from.peer;
  out.stream = from.stream;
  out.timing = server_timing::parse(from.answer.joined("server-timing"));
  if (!out.timing.from_sidecar()) return;
  result_.told_steps |= told_bit(out.index);
  origins_that_told_.insert(origin_of(from.url));
}

void run_notes::note_recognition(const step_result& done) {
  const bool told = done.timing.from_sidecar();
  if (done.status == 0 || (!told && done.outcome != step_outcome::passed)) return;
  result_.recognised = result_.recognised.value_or(true) && told;
}

bool run_notes::known_to_sidecar(const check_result& from, std::size_t step) const {
  return (order_.told_steps & told_bit(step)) != 0 ||
         origins_that_told_.contains(origin_of(from.url));
}

void run_notes::fail(const check_result& from, failure_reason why, std::string detail,
                     std::optional<phase> late) {
  auto& out = result_.steps.back();
  failure_facts facts;
  facts.why = why;
  facts.broke_in = from.broke_in;
  facts.status = from.answer.status;
  facts.phases = from.phases;
  facts.late = late;
  facts.timing = out.timing;
  facts.proxy = proxy_status::parse(from.answer.joined("proxy-status"));
  facts.known_to_sidecar = known_to_sidecar(from, out.index);
  facts.speaker = from.speaker;
  out.failure = judge(facts);
  out.outcome = step_outcome::failed;
  if (facts.proxy && !facts.proxy->error.empty())
    detail += " (" + facts.proxy->proxy + ": " + facts.proxy->error + ")";
  if (!from.about.empty()) detail.insert(0, from.about + ": ");
  out.detail = order_.setup->constants.mask(std::move(detail));
}

}  // namespace probe
