#include "probe/blackbox/http_judge.hpp"

#include <algorithm>
#include <charconv>
#include <ctime>

#include "core/framing.hpp"
#include "core/http_head.hpp"
#include "probe/blackbox/inflate.hpp"

namespace probe::blackbox {
namespace {

using core::http_answer;

/// As Go's ContentLength: -1 where it is not known beforehand.
double content_length(const http_answer& answer, bool head_request) {
  const int status = answer.status;
  if (!head_request && (status == 204 || status == 304)) return 0;
  if (!head_request && answer.header("transfer-encoding")) return -1;
  const auto text = answer.header("content-length");
  std::uint64_t length = 0;
  const bool known =
      text && std::from_chars(text->data(), text->data() + text->size(), length).ec == std::errc{};
  return known ? static_cast<double>(length) : -1;
}

/// The three forms of RFC 9110, 5.6.7; nullopt for none of them.
std::optional<std::int64_t> http_time(const std::string& text) {
  for (const char* form :
       {"%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"}) {
    tm parts{};
    const char* const end = strptime(text.c_str(), form, &parts);
    if (end && *end == '\0') return static_cast<std::int64_t>(timegm(&parts));
  }
  return std::nullopt;
}

class judge {
 public:
  judge(probe_run& run, core::exchanged& answered, bool body_unread)
      : run_(run),
        http_(run.module.config.http),
        answered_(answered),
        answer_(answered.answer),
        unread_(body_unread),
        at_(answer_.times.done) {}

  bool run() {
    run_.log.info(at_, "Received HTTP response", {{"status_code", answer_.status}});
    good_ = status_is_valid();
    if (good_ && has_header_rules()) by_regex(headers_match());
    const bool whole = read_body();
    if (good_ && has_body_rules()) by_regex(whole && body_matches());
    if (!whole && !unread_) good_ = false;
    describe();
    if (!version_is_valid()) good_ = false;
    return good_;
  }

 private:
  void by_regex(bool good) {
    good_ = good;
    run_.values.set(gauge::failed_due_to_regex, good ? 0 : 1);
  }
  bool has_header_rules() const {
    return !http_.fail_if_header_matches.empty() || !http_.fail_if_header_not_matches.empty();
  }
  bool has_body_rules() const {
    return !http_.fail_if_body_matches.empty() || !http_.fail_if_body_not_matches.empty();
  }

  bool status_is_valid() {
    const auto& valid = http_.valid_status_codes;
    const bool good = valid.empty()
                          ? answer_.status >= 200 && answer_.status < 300
                          : std::find(valid.begin(), valid.end(), answer_.status) != valid.end();
    if (!good)
      run_.log.info(at_,
                    valid.empty() ? "Invalid HTTP response status code, wanted 2xx"
                                  : "Invalid HTTP response status code",
                    {{"status_code", answer_.status}});
    return good;
  }

  /// What the body is after decompression and within the limit; false when it could not be had.
  bool read_body() {
    if (unread_) return false;
    size_ = answer_.body_size;
    if (answered_.error == core::errc::too_large) size_ = http_.body_size_limit.bytes;
    if (answered_.error) {
      run_.log.info(at_, "Failed to read HTTP response body",
                    {{"err", core::to_label(core::classify(answered_.error))}});
      return false;
    }
    if (!http_.compression || *http_.compression == compression::identity) return fits();
    const auto limit =
        http_.body_size_limit.bytes ? http_.body_size_limit.bytes : std::uint64_t{largest_body};
    const auto form =
        *http_.compression == compression::gzip ? inflate_form::gzip : inflate_form::deflate;
    auto plain = inflate(answer_.body, form, std::min<std::uint64_t>(limit, largest_body));
    size_ = plain.text.size();
    answer_.body = std::move(plain.text);
    if (!plain.why.empty())
      run_.log.info(at_, "Failed to read HTTP response body", {{"err", plain.why}});
    // One that does not even begin as it should is looked at as it is, and fails.
    if (!plain.began) good_ = false;
    return plain.why.empty();
  }
  bool fits() {
    if (!has_body_rules() || answer_.body_size <= largest_body) return true;
    run_.log.error(at_, "Body is larger than what is searched", {{"limit", largest_body}});
    return false;
  }

  bool headers_match() {
    for (const auto& rule : http_.fail_if_header_matches)
      if (!header_passes(rule, false)) return false;
    for (const auto& rule : http_.fail_if_header_not_matches)
      if (!header_passes(rule, true)) return false;
    return true;
  }
  bool header_passes(const header_match& rule, bool wanted) {
    bool any = false, matched = false;
    for (const auto& [name, value] : answer_.headers) {
      if (!core::iequals(name, rule.header)) continue;
      any = true;
      const auto found = rule.regexp.search(value);
      matched = matched ||
                (wanted ? found == re2_pattern::outcome::yes : found != re2_pattern::outcome::no);
    }
    if (!any) {
      if (!rule.allow_missing)
        run_.log.error(at_, "Missing required header", {{"header", rule.header}});
      return rule.allow_missing;
    }
    if (matched != wanted)
      run_.log.error(
          at_,
          wanted ? "Header did not match regular expression" : "Header matched regular expression",
          {{"header", rule.header}, {"regexp", rule.regexp.source()}});
    return matched == wanted;
  }

  bool body_matches() {
    for (const auto& rule : http_.fail_if_body_matches)
      if (!body_passes(rule, re2_pattern::outcome::no, "Body matched regular expression"))
        return false;
    for (const auto& rule : http_.fail_if_body_not_matches)
      if (!body_passes(rule, re2_pattern::outcome::yes, "Body did not match regular expression"))
        return false;
    return true;
  }
  bool body_passes(const re2_pattern& rule, re2_pattern::outcome wanted, const char* otherwise) {
    const auto found = rule.search(answer_.body);
    if (found == wanted) return true;
    run_.log.error(at_,
                   found == re2_pattern::outcome::gave_up
                       ? "Regular expression is too complex for this body"
                       : otherwise,
                   {{"regexp", rule.source()}});
    return false;
  }

  void describe() {
    auto& values = run_.values;
    values.set(gauge::http_status_code, answer_.status);
    values.set(gauge::http_content_length, content_length(answer_, http_.method == "HEAD"));
    values.set(gauge::http_uncompressed_body_length, static_cast<double>(unread_ ? 0 : size_));
    values.set(gauge::http_version, answer_.legacy ? 1.0 : 1.1);
    if (const auto modified = answer_.header("last-modified"))
      if (const auto seconds = http_time(std::string(*modified)))
        values.set(gauge::http_last_modified, static_cast<double>(*seconds));
  }

  bool version_is_valid() {
    const auto& valid = http_.valid_http_versions;
    const char* const version = answer_.legacy ? "HTTP/1.0" : "HTTP/1.1";
    if (valid.empty() || std::find(valid.begin(), valid.end(), version) != valid.end()) return true;
    run_.log.error(at_, "Invalid HTTP version number", {{"version", version}});
    return false;
  }

  probe_run& run_;
  const http_settings& http_;
  core::exchanged& answered_;
  http_answer& answer_;
  bool unread_;
  core::instant at_;
  bool good_ = false;
  std::uint64_t size_ = 0;
};

}  // namespace

bool judge_answer(probe_run& run, core::exchanged& answered, bool body_unread) {
  return judge(run, answered, body_unread).run();
}

}  // namespace probe::blackbox
