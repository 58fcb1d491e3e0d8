#include "probe/checks/tls_comparison.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/ip/address.hpp>
#include <set>

#include "core/http_head.hpp"
#include "probe/checks/seen.hpp"

namespace probe {
namespace {

using core::certificate_facts;

const char* name_of(core::tls_version version) noexcept {
  constexpr std::array names{"TLS 1.0", "TLS 1.1", "TLS 1.2", "TLS 1.3"};
  return names[static_cast<std::size_t>(version)];
}

std::string lasting(std::int64_t seconds) {
  const auto days = [](std::int64_t s) { return std::to_string(s / 86400) + " days"; };
  const auto hours = [](std::int64_t s) { return std::to_string(s / 3600) + " h"; };
  const std::int64_t size = seconds < 0 ? -seconds : seconds;
  const std::string text = size >= 3 * 86400 ? days(size) : hours(size);
  return seconds < 0 ? "expired " + text + " ago" : "expires in " + text;
}

class tls_comparison {
 public:
  tls_comparison(const core::tls_facts& facts, std::int64_t unix_time)
      : facts_(facts), unix_time_(unix_time) {}

  void valid_for(core::duration least) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(least).count();
    for (const auto* list : {&facts_.presented, &facts_.chain})
      for (const auto& one : *list)
        if (one.not_after - unix_time_ < seconds && late_.insert(one.fingerprint).second)
          add("certificate " + brief(one.subject) + " " + lasting(one.not_after - unix_time_) +
              ", expected at least " + core::format_duration(least));
  }

  void text(const char* what, const std::string& value, const pattern& expected) {
    if (!expected.matches(value))
      add(std::string(what) + " is " + brief(value) + ", expected a match of " + expected.source());
  }

  void names(const std::vector<std::string>& expected) {
    for (const auto& name : expected)
      if (!is_good_for(*facts_.leaf(), name)) add("the certificate is not good for " + brief(name));
  }

  void fingerprints(const std::vector<std::string>& expected) {
    for (const auto& one : facts_.presented)
      for (const auto& text : expected)
        if (plain_fingerprint(text) == one.fingerprint) return;
    add("no presented certificate has one of the expected fingerprints; the first has " +
        facts_.leaf()->fingerprint);
  }

  void chain(const std::vector<pattern>& expected) {
    const auto& among = facts_.verified ? facts_.chain : facts_.presented;
    for (const auto& subject : expected)
      if (std::none_of(among.begin(), among.end(),
                       [&](const auto& one) { return subject.matches(one.subject); }))
        add("no certificate of the chain matches " + subject.source());
  }

  void versions(const std::vector<core::tls_version>& expected) {
    std::string right;
    for (const auto version : expected) {
      if (facts_.version == name_of(version)) return;
      right += (right.empty() ? "" : ", ") + std::string(name_of(version));
    }
    add("version is " + facts_.version + ", expected " + right);
  }

  void alpn(const std::string& expected) {
    if (facts_.alpn != expected)
      add("the protocol agreed on is " + brief(facts_.alpn) + ", expected " + brief(expected));
  }

  void add(std::string what) { found_.push_back(std::move(what)); }
  std::vector<std::string> take() && { return std::move(found_); }

 private:
  const core::tls_facts& facts_;
  std::int64_t unix_time_;
  std::set<std::string> late_;
  std::vector<std::string> found_;
};

}  // namespace

bool is_good_for(const certificate_facts& certificate, std::string_view host) {
  boost::system::error_code no_address;
  const auto address = boost::asio::ip::make_address(std::string(host), no_address);
  if (!no_address)
    return std::find(certificate.names.begin(), certificate.names.end(),
                     "IP:" + address.to_string()) != certificate.names.end();
  for (const auto name : certificate.dns_names()) {
    if (core::iequals(name, host)) return true;
    const auto dot = host.find('.');
    if (name.starts_with("*.") && dot != std::string_view::npos && dot > 0 &&
        core::iequals(name.substr(1), host.substr(dot)))
      return true;
  }
  return false;
}

std::vector<std::string> compare_tls(const tls_expectation& expected, const core::tls_facts* facts,
                                     std::int64_t unix_time) {
  if (!facts || !facts->leaf()) return {"the connection is not TLS"};
  tls_comparison against(*facts, unix_time);
  if (expected.valid_for) against.valid_for(*expected.valid_for);
  if (expected.subject) against.text("subject", facts->leaf()->subject, *expected.subject);
  if (expected.issuer) against.text("issuer", facts->leaf()->issuer, *expected.issuer);
  if (!expected.names.empty()) against.names(expected.names);
  if (!expected.fingerprints.empty()) against.fingerprints(expected.fingerprints);
  if (!expected.chain.empty()) against.chain(expected.chain);
  if (!expected.versions.empty()) against.versions(expected.versions);
  if (expected.cipher) against.text("cipher suite", facts->cipher, *expected.cipher);
  if (expected.alpn) against.alpn(*expected.alpn);
  return std::move(against).take();
}

}  // namespace probe
