#include "sidecar/pages/traces_page.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <map>
#include <unordered_set>

#include "core/problem_details.hpp"
#include "core/worker.hpp"
#include "sidecar/pages/trace_view.hpp"
#include "sidecar/pages/web_assets.hpp"

namespace sidecar {
namespace {

/// Bytes of spans that are read in one turn of the loop, about a millisecond.
constexpr std::size_t piece = 64 * 1024;

core::server_response with_headers(std::string type, std::string body) {
  core::server_response out;
  out.content_type = std::move(type);
  // The page needs nothing from anywhere else, and must not be made to.
  out.headers = {{"Cache-Control", "no-store"},
                 {"Vary", "Accept"},
                 {"Content-Security-Policy",
                  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                  "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
                  "'none'; require-trusted-types-for 'script'"},
                 {"X-Content-Type-Options", "nosniff"},
                 {"Referrer-Policy", "no-referrer"}};
  out.body = std::move(body);
  return out;
}

core::server_response asset(const core::web_asset& file) {
  return with_headers(std::string(file.content_type), std::string(file.content));
}

core::server_response json(std::string body) {
  return with_headers("application/json", std::move(body));
}

/// Browsers name text/html when somebody opens an address, and programs do not.
bool wants_page(const core::server_request& request) {
  return request.header("accept").value_or("").find("text/html") != std::string_view::npos;
}

/// Reads the filters of a query; a problem says what is wrong.
std::string read_filter(const core::server_request& request, trace_filter& out) {
  constexpr std::array names{"route", "status", "min_duration", "trace_id", "errors", "limit"};
  std::string wrong;
  for (const char* name : names) {
    const auto value = request.parameter(name);
    if (value && !value->empty() && !set_filter(out, name, *value, wrong)) return wrong;
  }
  return wrong;
}

struct by_bytes {
  bool operator()(const core::trace_id& a, const core::trace_id& b) const noexcept {
    return a.bytes < b.bytes;
  }
};
using spans_by_trace = std::map<core::trace_id, std::vector<shown_span>, by_bytes>;

void sort_in(std::vector<shown_span> spans, spans_by_trace& traces) {
  for (auto& s : spans) {
    const auto found = traces.find(s.trace);
    if (found != traces.end()) found->second.push_back(std::move(s));
  }
}

std::optional<core::trace_id> parse_id(std::string_view text) {
  const auto context = core::parse_traceparent("00-" + std::string(text) + "-0000000000000001-00");
  return context ? std::optional(context->trace) : std::nullopt;
}

}  // namespace

void traces_page::add_to(core::admin& admin) {
  using core::admin_access;
  admin.page("/traces", admin_access::operators,
             [this](const core::server_request& request) { return list(request); });
  admin.page("/traces/", admin_access::operators,
             core::immediate([this](const core::server_request& request) { return one(request); }));
  for (const auto& file : {web::traces_js(), web::waterfall_js(), web::traces_css()})
    admin.page("/traces/" + std::string(file.name), admin_access::operators,
               core::immediate([file](const core::server_request&) { return asset(file); }));
}

core::task<core::server_response> traces_page::list(const core::server_request& request) {
  if (wants_page(request)) co_return asset(web::traces_html());
  trace_filter filter;
  const auto wrong = read_filter(request, filter);
  if (!wrong.empty()) co_return core::problem_response(400, wrong);

  const auto kept = ring_.snapshot();
  spans_by_trace traces;
  for (const auto& t : kept) traces[t.id];
  std::unordered_set<const std::string*> read;
  std::size_t since_turn = 0;
  for (const auto& t : kept)
    for (const auto& b : t.bodies) {
      if (!read.insert(b.get()).second) continue;
      sort_in(read_otlp_spans(*b), traces);
      since_turn += b->size();
      if (since_turn < piece) continue;
      since_turn = 0;
      co_await core::asio::post(worker_.io, core::use_task);
    }
  std::vector<trace_summary> shown;
  for (const auto& t : kept) {
    const auto& spans = traces[t.id];
    if (spans.empty() || shown.size() == filter.limit) continue;
    auto summary = summarize(spans);
    if (filter.shows(summary)) shown.push_back(std::move(summary));
  }
  co_return json(list_json(shown, kept.size()));
}

core::server_response traces_page::one(const core::server_request& request) const {
  if (wants_page(request)) return asset(web::traces_html());
  const auto id = parse_id(request.path.substr(request.path.rfind('/') + 1));
  if (!id) return core::problem_response(400, "A trace's id is 32 lowercase hexadecimal digits.");
  std::vector<shown_span> spans;
  for (const auto& b : ring_.find(*id))
    for (auto& s : read_otlp_spans(*b))
      if (s.trace == *id) spans.push_back(std::move(s));
  if (spans.empty())
    return core::problem_response(404, "This trace is not kept: it was not, or no longer is.");
  return json(trace_json(spans));
}

}  // namespace sidecar
