#include "probe/checks/request_builder.hpp"

#include <algorithm>
#include <array>

#include "core/http_head.hpp"
#include "core/worker.hpp"

namespace probe {
namespace {

bool fits_in_header(std::string_view value) noexcept {
  return std::all_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

bool fits_in_url(std::string_view url) noexcept {
  return std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

bool has(const core::header_list& headers, std::string_view name) noexcept {
  return std::any_of(headers.begin(), headers.end(),
                     [&](const auto& h) { return core::iequals(h.first, name); });
}

std::string sign(const check_context& c) {
  std::array<std::uint8_t, 12> nonce;
  c.worker.random.fill(nonce);
  // The wall clock itself: the worker's stands still with the machine, and signatures expire.
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return core::sign_probe(
      c.scenario.name, std::chrono::duration_cast<std::chrono::seconds>(now).count(), nonce,
      *c.setup.signing, c.load ? core::probe_purpose::load : core::probe_purpose::check);
}

/// Host first, as servers like it; then the scenario's own; then what the probe adds.
bool add_headers(const check_context& c, const http_request& from, built_request& into,
                 std::string& why) {
  auto& headers = into.request.headers;
  headers.emplace_back("Host", host_of(into));
  for (const auto& [name, text] : from.headers) {
    std::string missing;
    auto value = text.render(c.values.plain(), missing);
    if (!value || !fits_in_header(*value)) {
      why = value ? "header " + name + " would contain control characters"
                  : "header " + name + ": " + missing + " has no value";
      return false;
    }
    headers.emplace_back(name, *std::move(value));
  }
  if (!has(headers, "user-agent"))
    headers.emplace_back("User-Agent", "remora-probe/" + c.setup.program_version);
  if (from.gzip && from.method != "HEAD" && !has(headers, "accept-encoding"))
    headers.emplace_back("Accept-Encoding", "gzip");
  if (from.json && !has(headers, "content-type"))
    headers.emplace_back("Content-Type", "application/json");
  if (c.trace) {
    const auto text = core::format_traceparent(c.trace);
    headers.emplace_back("traceparent", std::string(text.begin(), text.end()));
  }
  if (is_signed(c.scenario, c.setup)) sign_request(c, into);
  return true;
}

bool add_body(const check_context& c, const http_request& from, built_request& into,
              std::string& why) {
  if (!from.body && !from.json) return true;
  std::string missing;
  auto body = from.body ? from.body->render(c.values.plain(), missing)
                        : from.json->render(c.values.plain(), missing);
  if (!body) {
    why = "body: " + missing + " has no value";
    return false;
  }
  into.request.body = *std::move(body);
  return true;
}

}  // namespace

std::string host_of(const built_request& request) {
  const bool usual_port = request.authority.port == (request.tls ? 443 : 80);
  auto host = request.authority.to_string();
  if (usual_port) host.erase(host.rfind(':'));
  return host;
}

void sign_request(const check_context& c, built_request& request) {
  auto& headers = request.request.headers;
  std::erase_if(headers, [](const auto& h) { return core::iequals(h.first, core::probe_header); });
  headers.emplace_back(std::string(core::probe_header), sign(c));
}

bool is_signed(const scenario& s, const probe_setup& setup) noexcept {
  return s.sign && setup.signing.has_value();
}

bool split_url(const std::string& url, built_request& into) {
  const auto scheme_end = url.find("://");
  if (scheme_end == std::string::npos) return false;
  const auto begin = std::min(url.find_first_of("/?#", scheme_end + 3), url.size());
  core::base_url base;
  if (!core::parse_base_url(url.substr(0, begin), base)) return false;
  into.tls = base.tls;
  into.authority = base.authority;
  auto target = url.substr(begin, url.find('#', begin) - begin);
  if (target.empty() || target[0] != '/') target.insert(0, "/");
  into.request.target = std::move(target);
  into.url = url;
  return true;
}

std::optional<built_request> build_request(const check_context& c, std::string& why) {
  const http_request& from = *c.step.http;
  std::string missing;
  const auto url = from.url.render(c.values.for_url(), missing);
  if (!url) {
    why = "url: " + missing + " has no value";
    return std::nullopt;
  }
  built_request out;
  if (!fits_in_url(*url) || !split_url(*url, out)) {
    why = "\"" + *url + "\" is no URL";
    return std::nullopt;
  }
  out.request.method = from.method;
  if (!add_headers(c, from, out, why) || !add_body(c, from, out, why)) return std::nullopt;
  return out;
}

}  // namespace probe
