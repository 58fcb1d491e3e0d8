#include "probe/checks/check.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

#include "probe/checks/dns_check.hpp"
#include "probe/checks/http_check.hpp"
#include "probe/checks/postgres_check.hpp"
#include "probe/checks/redis_check.hpp"
#include "probe/checks/stream_check.hpp"
#include "probe/checks/tcp_check.hpp"
#include "probe/checks/tls_check.hpp"

namespace probe {
namespace {

template <auto Member>
bool is(const step& s) {
  return (s.*Member).has_value();
}

/// A new kind is a file with its function, one with its request as a member of `step`, and a row.
constexpr std::array kinds{
    check_kind{"http", is<&step::http>, check_http, "url"},
    check_kind{"dns", is<&step::dns>, check_dns, "name"},
    check_kind{"postgres", is<&step::postgres>, check_postgres, "url"},
    check_kind{"redis", is<&step::redis>, check_redis, "address"},
    check_kind{"stream", is<&step::stream>, check_stream, ""},
    check_kind{"tcp", is<&step::tcp>, check_tcp, "address"},
    check_kind{"tls", is<&step::tls>, check_tls, "address"},
};

}  // namespace

std::span<const check_kind> check_kinds() noexcept {
  return kinds;
}

const check_kind& check_of(const step& s) {
  const auto found =
      std::find_if(kinds.begin(), kinds.end(), [&](const check_kind& kind) { return kind.is(s); });
  if (found == kinds.end()) throw std::logic_error("step " + s.name + " has no check");
  return *found;
}

}  // namespace probe
