#include "probe/format/http_request.hpp"

#include <algorithm>

#include "core/token.hpp"
#include "probe/format/rules.hpp"

namespace probe {
namespace {

using core::node;
using core::reading;

void check_request(const http_request& q, const node& from, reading& r) {
  if (!core::is_token(q.method))
    r.found.add(place_of(from, "method"), "\"" + q.method + "\" is no method", "such as GET");
  q.reach::check(from, r);
  if (q.body && q.json) r.found.add(place_of(from, "json"), "both body and json", "one of them");
  const node* headers = from.find("headers");
  if (!headers) return;
  constexpr std::string_view ours[] = {"host", "content-length", "transfer-encoding", "connection"};
  for (const auto& member : headers->members) {
    std::string lower = member.key.text;
    std::transform(lower.begin(), lower.end(), lower.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (!core::is_token(lower))
      r.found.add(member.key.at, "\"" + member.key.text + "\" is no header name",
                  "letters, digits and !#$%&'*+-.^_`|~");
    if (std::find(std::begin(ours), std::end(ours), lower) != std::end(ours))
      r.found.add(member.key.at, "\"" + member.key.text + "\" is set by the probe itself",
                  "no such header: it follows from the URL and the body");
  }
}

}  // namespace

void http_request::describe(core::fields<http_request>& f) {
  f.optional("method", &http_request::method, "Request method.");
  f.required("url", &http_request::url, "Absolute URL: ${target.base}/v1/securities/${isin}.");
  f.optional("headers", &http_request::headers, "Header fields by name.");
  f.optional("body", &http_request::body, "Body as text.");
  f.optional("json", &http_request::json,
             "Body as a JSON value written in YAML; sent as application/json.");
  f.optional("redirects", &http_request::redirects,
             "How many redirects are followed; one more fails the step. 0: a redirect is an answer "
             "like others.")
      .range<std::int64_t, std::int64_t>(0, 20);
  f.optional("redirect_body", &http_request::redirect_body,
             "Where a redirect that keeps the body (307, 308) may lead; elsewhere it fails the "
             "step, since a body may hold what only the first host is to know.");
  f.optional("gzip", &http_request::gzip, "Offer gzip; compressed bodies are read either way.");
  f.optional("max_body", &http_request::max_body,
             "Largest body, as sent and after decompression; a larger one fails the step.")
      .range(core::byte_size{0}, core::byte_size{1ULL << 30});
  reach::describe_in(f);
  f.optional("tls", &http_request::tls,
             "How TLS is spoken, instead of what the configuration says.");
  f.check(check_request);
}

void http_request::collect(text_list& into) const {
  into.push_back(&url);
  for (const auto& [name, value] : headers) into.push_back(&value);
  if (body) into.push_back(&*body);
  if (json) json->collect(into);
}

}  // namespace probe
