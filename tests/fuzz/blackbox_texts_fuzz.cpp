#include <algorithm>

#include "probe/blackbox/accept_encoding.hpp"
#include "probe/blackbox/cookie_jar.hpp"
#include "probe/blackbox/http_target.hpp"
#include "probe/blackbox/inflate.hpp"
#include "probe/format/re2_pattern.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;
namespace blackbox = probe::blackbox;

namespace {

bool can_be_sent(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

/// What is asked for fits a request's head, wherever a redirect leads.
void check_target(std::string_view text, std::string_view location) {
  auto at = blackbox::http_target::parse(text);
  for (int hop = 0; at && hop < 3; ++hop) {
    require(!at->host().empty() && at->port() != 0);
    require(at->request_target().starts_with('/') && can_be_sent(at->request_target()));
    require(can_be_sent(at->authority()) && can_be_sent(at->text()));
    bool relative = false;
    at = at->redirected(location, relative);
  }
}

/// An expression compiles or says why not; a match lies in what was searched.
void check_pattern(std::string_view expression, std::string_view text) {
  std::string why;
  const auto pattern = probe::re2_pattern::compile(std::string(expression), why);
  require(pattern.has_value() == why.empty());
  if (!pattern) return;
  probe::re2_pattern::groups groups;
  const auto outcome = pattern->search(text, &groups);
  require(outcome == pattern->search(text));
  if (outcome != probe::re2_pattern::outcome::yes) return;
  for (const auto& group : groups.all)
    if (!group.text.empty()) require(text.find(group.text) != text.npos);
  require(groups.expand("${0}") == (groups.all.empty() ? "" : groups.all[0].text));
  groups.expand(text);
}

void check_cookies(std::string_view host, std::string_view set_cookie) {
  blackbox::cookie_jar jar;
  jar.take(set_cookie, host, "/a/b");
  const auto sent = jar.header(host, "/a/b", true);
  require(jar.empty() || sent.empty() || sent.find('=') != sent.npos);
  require(sent.empty() || jar.header("elsewhere.invalid", "/a/b", true) != sent || host.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto rest = fuzz::text_of(data, size);
  const auto first = fuzz::take_until(rest);
  check_target(first, rest);
  check_pattern(first, rest);
  check_cookies(first, rest);
  blackbox::accepts_encoding(first, "gzip");
  std::string host;
  std::uint16_t port = 0;
  if (blackbox::split_host_port(first, host, port)) require(first.find(host) != first.npos);
  for (const auto form : {blackbox::inflate_form::gzip, blackbox::inflate_form::deflate})
    require(blackbox::inflate(rest, form, 1000).text.size() <= 1000);
  return 0;
}
