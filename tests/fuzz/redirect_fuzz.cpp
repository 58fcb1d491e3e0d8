#include <algorithm>
#include <string>

#include "probe/checks/redirect.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

probe::built_request request(const std::string& url) {
  probe::built_request out;
  require(split_url(url, out));
  out.request.method = "POST";
  out.request.body = "b";
  out.request.headers = {{"Host", host_of(out)}, {"Authorization", "secret"}, {"Accept", "*/*"}};
  return out;
}

bool is_clean(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

void check(const probe::built_request& from, const probe::redirection& to) {
  std::string why;
  const auto next = follow_redirect(from, to, why);
  require(next.has_value() == why.empty());
  if (!next) return;
  const int status = to.status;
  // Whatever a server says can neither end the request line nor add a field.
  require(is_clean(next->url) && is_clean(next->request.target));
  require(next->url.find('#') == std::string::npos && !next->authority.host.empty());
  require(next->request.target.starts_with('/'));
  require(is_clean(host_of(*next)) && next->request.headers[0].first == "Host");
  const bool at_home = same_origin(from, *next);
  const auto& headers = next->request.headers;
  const bool trusted = std::any_of(headers.begin(), headers.end(),
                                   [](const auto& h) { return h.first == "Authorization"; });
  require(trusted == at_home);
  require(next->request.body == (status == 307 || status == 308 ? "b" : ""));
  // Nor does a body reach another host than the one that it was for.
  require(at_home || next->request.body.empty() || to.body == probe::redirected_body::anywhere);
  // What was resolved is resolved.
  std::string again;
  const auto same = follow_redirect(*next, {307, next->url}, again);
  require(same && same->url == next->url);
}

}  // namespace

/// Locations of redirects, resolved against a request of either scheme.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr int statuses[] = {301, 302, 303, 307, 308};
  auto text = fuzz::text_of(data, size);
  const auto first = fuzz::take_byte(text);
  check(request(first & 1 ? "https://shop.test/a/b?c" : "http://shop.test:8080/a/b?c"),
        {statuses[first / 2 % 5], text,
         first & 64 ? probe::redirected_body::anywhere : probe::redirected_body::same_origin});
  return 0;
}
