#include "slo/serve/served_body.hpp"

#include "core/digest.hpp"
#include "core/entity_tag.hpp"
#include "core/gzip.hpp"

namespace slo {

namespace {

constexpr std::size_t worth_zipping = 1024;
constexpr int zip_level = 6;

// Scripts and styles are files of this program. The charting library puts labels into the page as
// HTML: the default policy of page.js makes text of them.
constexpr const char* content_security =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types default";

}  // namespace

served_body::served_body(std::string content_type, std::string body)
    : content_type_(std::move(content_type)),
      body_(std::move(body)),
      tag_(core::to_hex(core::sha256(body_)).substr(0, 32)) {}

const std::string& served_body::zipped() const {
  if (!zipped_) {
    zipped_.emplace();
    if (body_.size() >= worth_zipping) {
      auto small = core::gzip_writer(zip_level).write(body_);
      if (small.size() < body_.size()) zipped_ = std::move(small);
    }
  }
  return *zipped_;
}

core::server_response served_body::answer(const core::server_request& request) const {
  // The two forms differ in their bytes, so their strong tags do (RFC 9110, 8.8.3.3).
  const std::string plain_tag = '"' + tag_ + '"', zipped_tag = '"' + tag_ + "-gzip\"";
  const bool zip =
      core::accepts_gzip(request.header("accept-encoding").value_or("")) && !zipped().empty();
  core::server_response out;
  out.content_type = content_type_;
  out.headers = {{"ETag", zip ? zipped_tag : plain_tag},
                 {"Cache-Control", "no-cache"},
                 {"Vary", "Accept-Encoding"}};
  const auto known = request.header("if-none-match").value_or("");
  if (core::names_etag(known, plain_tag) || core::names_etag(known, zipped_tag)) {
    out.status = 304;
    return secured(std::move(out));
  }
  if (zip) out.headers.emplace_back("Content-Encoding", "gzip");
  out.body = zip ? zipped() : body_;
  return secured(std::move(out));
}

core::server_response secured(core::server_response response) {
  response.headers.insert(response.headers.end(), {{"Content-Security-Policy", content_security},
                                                   {"X-Content-Type-Options", "nosniff"},
                                                   {"Referrer-Policy", "no-referrer"}});
  return response;
}

}  // namespace slo
