#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include "core/redis_codec.hpp"
#include "probe/checks/dns_check.hpp"
#include "probe/checks/expectation.hpp"
#include "probe/checks/redis_check.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

const probe::template_text::lookup nothing = [](const auto&) { return std::nullopt; };

/// What the checks make of an answer is JSON, and can be compared with anything.
void check(probe::answer_kind kind, std::string body, const probe::expectation& expected) {
  boost::system::error_code error;
  boost::json::parse(body, error);
  require(!error);
  probe::seen answer;
  answer.kind = kind;
  answer.body = std::move(body);
  for (const auto& wrong : compare(expected, answer, nothing)) require(!wrong.what.empty());
}

probe::expectation of_dns() {
  probe::expectation out;
  out.dns.emplace().authoritative = true;
  std::string why;
  auto& records = out.dns->answers.emplace();
  records.at_least = 1;
  for (auto* list : {&records.every, &records.any, &records.none, &records.not_every})
    list->push_back(*probe::pattern::compile("a", why));
  auto& service = out.dns->srv.emplace_back();
  service.target = *probe::template_text::parse("a.example", why);
  service.port = 80;
  return out;
}

probe::expectation of_redis() {
  probe::expectation out;
  std::string why;
  out.redis.emplace().at_least = 1;
  out.redis->matches = *probe::pattern::compile("a", why);
  out.redis->equals = *probe::template_text::parse("a", why);
  return out;
}

bool has_huge_array(std::string_view bytes) {
  for (auto at = bytes.find('*'); at != bytes.npos; at = bytes.find('*', at + 1)) {
    const auto digits = bytes.substr(at + 1).find_first_not_of("0123456789");
    if (std::min(digits, bytes.size() - at - 1) > 4) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const auto dns = of_dns(), redis = of_redis();
  if (const auto message = core::parse_dns_message({data, size}))
    check(probe::answer_kind::dns, probe::dns_json(*message), dns);
  const auto bytes = fuzz::text_of(data, size);
  if (has_huge_array(bytes)) return 0;
  core::redis_decoder decoder;
  decoder.feed(bytes);
  for (auto reply = decoder.next(); reply && *reply; reply = decoder.next())
    check(probe::answer_kind::redis, probe::redis_json(**reply), redis);
  return 0;
}
