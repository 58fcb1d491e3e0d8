// The http prober: redirects, what is asked at each of them, and the phases they took.
#include <boost/asio/ip/address.hpp>
#include <limits>

#include "core/byte_stream.hpp"
#include "core/dialer.hpp"
#include "core/digest.hpp"
#include "core/http_exchange.hpp"
#include "core/http_head.hpp"
#include "core/worker.hpp"
#include "probe/blackbox/cookie_jar.hpp"
#include "probe/blackbox/http_judge.hpp"
#include "probe/blackbox/http_target.hpp"
#include "probe/blackbox/prober.hpp"

namespace probe::blackbox {
namespace {

constexpr int most_redirects = 10;

/// One request of a probe: the first, or what a redirect led to.
struct hop {
  http_target url;
  std::optional<boost::asio::ip::address> fixed;  // the address that was chosen for the target
  std::string host;                               // the header
  std::string server_name;
  std::string method;
  bool with_body = false;
  bool trusted = true;  // the credentials are for this host
};

core::outgoing_request request_of(const probe_run& run, const hop& at, const cookie_jar& jar) {
  const auto& m = run.module;
  core::outgoing_request out;
  out.method = at.method;
  out.target = at.url.request_target();
  out.headers.reserve(m.headers.size() + 3);
  out.headers.emplace_back("Host", at.host);
  out.headers.insert(out.headers.end(), m.headers.begin(), m.headers.end());
  if (at.trusted && !m.authorization.empty()) {
    out.headers.emplace_back("Authorization", m.authorization);
  } else if (const auto user = at.url.user_info(); !user.empty()) {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(user.data());
    out.headers.emplace_back("Authorization", "Basic " + core::to_base64({bytes, user.size()}));
  }
  if (!jar.empty())
    if (auto cookies = jar.header(at.url.host(), at.url.path(), at.url.tls()); !cookies.empty())
      out.headers.emplace_back("Cookie", std::move(cookies));
  if (at.with_body) out.lent_body = m.body;
  return out;
}

core::exchange_limits limits_of(const http_settings& http) {
  core::exchange_limits out;
  const bool compressed = http.compression && *http.compression != compression::identity;
  out.body = std::numeric_limits<std::uint64_t>::max();
  if (http.body_size_limit.bytes > 0 && !compressed) out.body = http.body_size_limit.bytes;
  const bool read =
      compressed || !http.fail_if_body_matches.empty() || !http.fail_if_body_not_matches.empty();
  out.keep = read ? largest_body + 1 : 0;
  return out;
}

bool redirects(int status) noexcept {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

class http_probe {
 public:
  explicit http_probe(probe_run& run) : run_(run), http_(run.module.config.http) {}

  core::task<bool> go() {
    auto& values = run_.values;
    values.parts_of = gauges::prober::http;
    values.begin({gauge::http_content_length, gauge::http_uncompressed_body_length,
                  gauge::http_redirects, gauge::http_ssl, gauge::http_status_code,
                  gauge::http_version, gauge::failed_due_to_regex});
    auto url = http_target::parse(run_.target);
    if (!url) {
      run_.log.error(core::now(), "Could not parse target URL");
      co_return false;
    }
    auto chosen = co_await choose_address(run_, http_, url->host());
    values.add(part::resolve, chosen.took);
    if (!chosen.address) {
      run_.log.error(core::now(), "Error resolving address");
      co_return false;
    }
    values.begin({part::connect, part::tls, part::processing, part::transfer});
    hop at = first(*std::move(url), *chosen.address);
    while (co_await ask(at)) {
    }
    co_return conclude();
  }

 private:
  hop first(http_target url, const boost::asio::ip::address& address) {
    const auto& m = run_.module;
    std::string host = !run_.hostname.empty() ? run_.hostname
                       : m.host.empty()       ? url.authority()
                                              : m.host;
    std::string name = http_.tls.server_name;
    if (name.empty()) name = !run_.hostname.empty() ? run_.hostname : m.host;
    if (name.empty()) name = url.host();
    first_authority_ = core::address{address.to_string(), url.port()}.to_string();
    return {std::move(url),
            address,
            std::move(host),
            std::move(name),
            http_.method.empty() ? "GET" : http_.method,
            !m.body.empty()};
  }

  /// One request and its answer; true when a redirect is to be followed, to which `at` leads then.
  core::task<bool> ask(hop& at) {
    stream_.reset();
    answered_ = {};
    core::dial_target to{
        {at.url.host(), at.url.port()}, at.url.tls() ? run_.module.tls : nullptr, at.server_name};
    to.fixed = at.fixed;
    to.names = &run_.worker.names();
    to.explain = true;
    auto dialled = co_await core::dial(run_.worker, std::move(to), run_.until);
    const std::string url = at.url.text();
    run_.log.info(dialled.times.start, "Making HTTP request", {{"url", url}, {"host", at.host}});
    if (requests_++ > 0 && dialled.times.resolved != core::instant{})
      run_.values.add(part::resolve, dialled.times.resolved - dialled.times.start);
    if (!dialled.stream) {
      fail(dialled);
      co_return false;
    }
    stream_ = std::move(dialled.stream);
    const auto& times = dialled.times;
    run_.values.add(part::connect, times.connected - times.resolved);
    if (at.url.tls()) run_.values.add(part::tls, times.secured - times.connected);
    const auto request = request_of(run_, at, jar_);
    answered_ = co_await core::exchange(*stream_, request, limits_of(http_), run_.until);
    const auto& answer = answered_.answer;
    if (answer.times.first_byte != core::instant{})
      run_.values.add(part::processing, answer.times.first_byte - times.secured);
    if (answer.status == 0) {
      run_.log.error(answer.times.done, "Error for HTTP request",
                     {{"err", core::to_label(core::classify(answered_.error))}});
      co_return false;
    }
    co_return follow(at);
  }

  void fail(const core::dialled& dialled) {
    const std::string why = dialled.tls ? dialled.tls->error : std::string();
    run_.log.error(core::now(), "Error for HTTP request",
                   {{"err", core::to_label(core::classify(dialled.error))},
                    {"address", dialled.peer},
                    {"detail", why}});
  }

  /// Whether the answer is a redirect that is followed: `at` is the next request then.
  bool follow(hop& at) {
    const auto& answer = answered_.answer;
    if (!redirects(answer.status)) return false;
    const auto location = answer.header("location");
    if (!location || location->empty()) return false;
    for (const auto& [name, value] : answer.headers)
      if (core::iequals(name, "set-cookie")) jar_.take(value, at.url.host(), at.url.path());
    bool relative = false;
    auto next = at.url.redirected(*location, relative);
    if (!next) {
      run_.log.error(core::now(), "Error for HTTP request",
                     {{"err", "the Location is no URL"}, {"location", *location}});
      answered_.answer.status = 0;  // as if there had been no answer
      return false;
    }
    ++redirects_;
    run_.log.info(answer.times.done, "Received redirect", {{"location", *location}});
    if (redirects_ > most_redirects || !http_.follow_redirects) {
      run_.log.info(answer.times.done, "Not following redirect");
      stopped_ = true;
      return false;
    }
    lead(at, *std::move(next), relative);
    return true;
  }

  void lead(hop& at, http_target next, bool relative) {
    const int status = answered_.answer.status;
    if (status != 307 && status != 308) {
      if (at.method != "GET" && at.method != "HEAD") at.method = "GET";
      at.with_body = false;
    }
    if (!relative) {
      const std::string authority = core::address{next.host(), next.port()}.to_string();
      at.trusted = authority == first_authority_ || (at.trusted && next.authority() == at.host);
      if (authority != first_authority_) {
        at.server_name = next.host();
        at.fixed.reset();
      }
      at.host = next.authority();
    }
    at.url = std::move(next);
  }

  bool conclude() {
    auto& values = run_.values;
    values.set(gauge::http_redirects, redirects_);
    const auto& answer = answered_.answer;
    if (answer.status == 0) return false;
    if (answer.times.first_byte != core::instant{})
      values.add(part::transfer, answer.times.done - answer.times.first_byte);
    bool good = judge_answer(run_, answered_, stopped_);
    if (stream_ && stream_->is_secure()) {
      values.set(gauge::http_ssl, 1);
      show_tls(*stream_, values);
      if (http_.fail_if_ssl) {
        run_.log.error(answer.times.done, "Final request was over SSL");
        good = false;
      }
    } else if (http_.fail_if_not_ssl && good) {
      run_.log.error(answer.times.done, "Final request was not over SSL");
      good = false;
    }
    return good;
  }

  probe_run& run_;
  const http_settings& http_;
  std::unique_ptr<core::byte_stream> stream_;
  core::exchanged answered_;
  cookie_jar jar_;
  std::string first_authority_;
  int requests_ = 0, redirects_ = 0;
  bool stopped_ = false;  // at a redirect that was not followed
};

}  // namespace

core::task<bool> probe_http(probe_run& run) {
  http_probe probe(run);
  co_return co_await probe.go();
}

}  // namespace probe::blackbox
