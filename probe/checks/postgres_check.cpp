#include "probe/checks/postgres_check.hpp"

#include "core/http_client.hpp"
#include "core/postgres_url.hpp"
#include "core/worker.hpp"
#include "probe/checks/connection.hpp"
#include "probe/checks/postgres_session.hpp"

namespace probe {
namespace {

/// Inside of quotes in keywords and values.
std::string quoted(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\'' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out;
}

/// Values of credentials and variables as the form of the connection string wants them; where it
/// is (`${endpoint…}`) stands as it is.
template_text::lookup for_connection(const template_text& url, const template_text::lookup& plain) {
  const bool is_url = url.source().find("://") != std::string::npos;
  return [plain, is_url](const template_reference& r) {
    auto value = plain(r);
    const bool is_value = r.kind == reference_kind::secret || r.kind == reference_kind::variable;
    if (value && is_value) value = is_url ? core::url_encode(*value) : quoted(*value);
    return value;
  };
}

std::optional<postgres_order> build_order(const check_context& c, std::string& why) {
  const postgres_request& from = *c.step.postgres;
  const auto plain = c.values.plain();
  std::string missing;
  const auto fail = [&](const char* what) {
    why = std::string(what) + ": " + missing + " has no value";
    return std::nullopt;
  };
  const auto url = from.url.render(for_connection(from.url, plain), missing);
  if (!url) return fail("url");
  const auto query = from.query.render(plain, missing);
  if (!query) return fail("query");
  postgres_order out{*url, *query, {}, c.until};
  for (const auto& parameter : from.parameters) {
    auto value = parameter.render(plain, missing);
    if (!value) return fail("parameters");
    out.parameters.push_back(*std::move(value));
  }
  return out;
}

void read_phases(const postgres_outcome& from, phase_times& into) {
  if (from.connecting > core::duration::zero()) into[phase::connect] = from.connecting;
  if (from.querying > core::duration::zero()) into[phase::wait] = from.querying;
}

}  // namespace

std::string shown_postgres_url(std::string_view url) {
  std::string out;
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) {
    auto rest = url.substr(scheme + 3);
    rest = rest.substr(0, rest.find('?'));
    if (const auto user = rest.rfind('@'); user != std::string_view::npos)
      rest.remove_prefix(user + 1);
    return "postgresql://" + std::string(rest);
  }
  while (!url.empty()) {
    const auto word = url.substr(0, url.find(' '));
    url.remove_prefix(std::min(url.size(), word.size() + 1));
    for (const char* shown : {"host=", "hostaddr=", "port=", "dbname="})
      if (word.starts_with(shown)) out += (out.empty() ? "" : " ") + std::string(word);
  }
  return out;
}

core::task<check_result> check_postgres(check_context& c) {
  check_result out;
  out.method = "QUERY";
  out.speaker = place_of_failure::dependency;
  std::string why;
  auto order = build_order(c, why);
  if (!order) {
    out.broken = failure_reason::request;
    out.detail = std::move(why);
    co_return out;
  }
  out.url = shown_postgres_url(order->url);
  const auto host = core::postgres_host(order->url);
  if (const auto fixed = fixed_for(c, host))
    order->url = core::with_postgres_address(std::move(order->url), fixed->to_string());
  out.sent_body = order->query;
  const core::instant start = core::now();
  auto got = co_await ask_postgres(c.worker, *std::move(order));
  read_phases(got, out.phases);
  note_peer(std::move(got.peer), host, out);
  if (got.body) {
    out.answer.kind = answer_kind::postgres;
    out.answer.body = *std::move(got.body);
    out.answer.took = core::now() - start;
    co_return out;
  }
  out.broken = got.why;
  out.broke_in = got.broke_in;
  out.detail = std::move(got.detail);
  co_return out;
}

}  // namespace probe
