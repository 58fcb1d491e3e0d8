#include "probe/verdict/server_timing.hpp"
#include "probe/verdict/verdict.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

/// Whatever the headers say, the verdict is one of those that are documented.
void check_verdict(std::string_view value) {
  for (const int status : {200, 404, 502}) {
    probe::failure_facts facts;
    facts.why = status == 200 ? probe::failure_reason::latency : probe::failure_reason::status;
    facts.status = status;
    facts.phases[probe::phase::wait] = std::chrono::milliseconds(20);
    facts.timing = probe::server_timing::parse(value);
    const auto plain = probe::judge(facts);
    require(plain.why == facts.why && probe::to_label(plain.where) != nullptr);
    facts.proxy = probe::proxy_status::parse(value);
    const auto with_proxy = probe::judge(facts);
    // An intermediary of somebody else's is never taken for our sidecar.
    if (status != 200 && facts.proxy && !facts.proxy->from_sidecar())
      require(with_proxy.where != probe::place_of_failure::sidecar);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = fuzz::text_of(data, size);
  const auto members = probe::parse_member_list(value);
  require(members.size() <= 64);
  for (const auto& member : members)
    require(!member.name.empty() && member.parameters.size() <= 16);
  const auto timing = probe::server_timing::parse(value);
  for (const auto& entry : timing.entries())
    require(!entry.took ||
            (*entry.took >= core::duration{} && *entry.took <= std::chrono::hours(1)));
  require(probe::proxy_status::parse(value).has_value() == !members.empty());
  check_verdict(value);
  return 0;
}
