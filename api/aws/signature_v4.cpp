#include "api/aws/signature_v4.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>

#include "core/digest.hpp"

namespace api {
namespace {

constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

std::string lowercase(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

/// Without spaces at its ends, and runs of spaces inside as one.
std::string trimmed(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool space = c == ' ' || c == '\t';
    if (!space)
      out.push_back(c);
    else if (!out.empty() && out.back() != ' ')
      out.push_back(' ');
  }
  if (out.ends_with(' ')) out.pop_back();
  return out;
}

/// Encoded once more, whatever it is: only S3 takes the path as it is on the wire.
std::string encoded_path(std::string_view path) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("/-._~").find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      out.push_back(c);
    else
      out.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return out.empty() ? "/" : out;
}

std::string credential_scope(std::string_view date, const signing_scope& scope) {
  std::string out(date.substr(0, 8));
  return out.append("/")
      .append(scope.region)
      .append("/")
      .append(scope.service)
      .append("/aws4_request");
}

std::string signature_of(std::string_view string_to_sign, std::string_view date,
                         const aws_credentials& who, const signing_scope& scope) {
  const auto day = core::hmac_sha256("AWS4" + who.secret_access_key.reveal(), date.substr(0, 8));
  const auto region = core::hmac_sha256(core::as_text(day), scope.region);
  const auto service = core::hmac_sha256(core::as_text(region), scope.service);
  const auto key = core::hmac_sha256(core::as_text(service), "aws4_request");
  return core::to_hex(core::hmac_sha256(core::as_text(key), string_to_sign));
}

}  // namespace

canonical_request canonical_form(const signable_request& request) {
  std::vector<std::pair<std::string, std::string>> headers;
  for (const auto& [name, value] : request.headers)
    headers.emplace_back(lowercase(name), trimmed(value));
  // Those of one name keep their order: they are one list of values.
  std::stable_sort(headers.begin(), headers.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });

  canonical_request out;
  out.text.append(request.method).append("\n").append(encoded_path(request.path)).append("\n\n");
  for (std::size_t i = 0; i < headers.size(); ++i) {
    const bool same_name = i > 0 && headers[i - 1].first == headers[i].first;
    if (same_name) {
      out.text.back() = ',';
    } else {
      if (i > 0) out.signed_headers.push_back(';');
      out.signed_headers.append(headers[i].first);
      out.text.append(headers[i].first).append(":");
    }
    out.text.append(headers[i].second).append("\n");
  }
  out.text.append("\n").append(out.signed_headers).append("\n");
  out.text.append(core::to_hex(core::sha256(request.body)));
  return out;
}

std::string amz_date(std::int64_t unix_seconds) {
  namespace chrono = std::chrono;
  const chrono::sys_seconds at{chrono::seconds(unix_seconds)};
  const auto day = chrono::floor<chrono::days>(at);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss time(at - day);
  char text[32];
  std::snprintf(text, sizeof text, "%04d%02u%02uT%02d%02d%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

std::vector<std::pair<std::string, std::string>> signature_headers(signable_request request,
                                                                   const aws_credentials& who,
                                                                   const signing_scope& scope,
                                                                   std::int64_t unix_seconds) {
  std::vector<std::pair<std::string, std::string>> added;
  const std::string date = amz_date(unix_seconds);
  added.emplace_back("X-Amz-Date", date);
  if (!who.session_token.empty())
    added.emplace_back("X-Amz-Security-Token", who.session_token.reveal());
  request.headers.insert(request.headers.end(), added.begin(), added.end());

  const canonical_request canonical = canonical_form(request);
  const std::string within = credential_scope(date, scope);
  std::string to_sign(algorithm);
  to_sign.append("\n").append(date).append("\n").append(within).append("\n");
  to_sign.append(core::to_hex(core::sha256(canonical.text)));

  std::string authorization(algorithm);
  authorization.append(" Credential=").append(who.access_key_id).append("/").append(within);
  authorization.append(", SignedHeaders=").append(canonical.signed_headers);
  authorization.append(", Signature=").append(signature_of(to_sign, date, who, scope));
  added.emplace_back("Authorization", std::move(authorization));
  return added;
}

}  // namespace api
