#include <algorithm>
#include <boost/json/parse.hpp>

#include "probe/replay/bundle.hpp"
#include "probe/replay/object_reader.hpp"

namespace probe {
namespace {

namespace json = boost::json;

void read_body(const object_reader& from, const char* name, bundle_body& into) {
  from.inside(name, [&](const object_reader& r) {
    r.read_whole("size", into.size);
    r.read("text", into.text);
  });
}

void read_step(const object_reader& r, bundle_step& into) {
  r.read("step", into.name);
  r.read("outcome", into.outcome);
  if (into.outcome == "skipped") return;
  if (into.outcome != "passed" && into.outcome != "failed")
    r.problem("outcome", "is none of passed, failed, skipped");
  if (into.outcome == "failed") {
    r.read("where", into.where);
    r.read("why", into.why);
    r.read("detail", into.detail);
  }
  r.read("method", into.method);
  r.read("url", into.url);
  r.read("peer", into.peer);
  r.read_whole("status", into.status);
  r.read_whole("attempts", into.attempts);
  r.read("started_seconds", into.started);
  r.read("duration_seconds", into.took);
  r.read("phases", into.phases);
  r.read("server_timing", into.server_timing);
  r.read("uuids", into.uuids);
  r.inside("request", [&](const object_reader& request) {
    request.read_pairs("headers", into.request_headers);
    read_body(request, "body", into.request_body);
  });
  r.inside("answer", [&](const object_reader& answer) {
    answer.read_pairs("headers", into.headers);
    read_body(answer, "body", into.body);
  });
}

void read_outcome(const object_reader& r, bundle& into) {
  std::string outcome;
  r.read("outcome", outcome);
  into.failed = outcome == "failed";
  if (!into.failed && outcome != "passed") r.problem("outcome", "is neither passed nor failed");
  if (!into.failed) return;
  r.read("step", into.step);
  r.read("where", into.where);
  r.read("why", into.why);
  r.read("detail", into.detail);
}

void read_lists(const object_reader& r, bundle& into) {
  r.read("targets", into.targets);
  r.read("addresses", into.addresses);
  r.read("secrets", into.secrets);
  r.each("variables", [&](const json::value& one, const std::string& path) {
    const object_reader variable(one, path, r.problems());
    auto& v = into.variables.emplace_back();
    variable.read("name", v.name);
    variable.read("value", v.value);
    variable.read("picked", v.picked);
  });
  r.each("steps", [&](const json::value& one, const std::string& path) {
    read_step(object_reader(one, path, r.problems()), into.steps.emplace_back());
  });
}

bundle read(const object_reader& r) {
  bundle out;
  r.read("id", out.id);
  if (!out.id.empty() && !is_bundle_id(out.id))
    r.problem("id", "has more than letters, digits, - and .");
  r.read("program_version", out.program_version);
  r.read("configuration", out.configuration);
  r.read("scenario", out.scenario);
  r.read("target", out.target, false);
  if (!out.target.empty()) r.read("endpoint", out.endpoint);
  r.read("file", out.file);
  r.read("source", out.source);
  r.read("intended", out.intended);
  r.read("lag_seconds", out.lag);
  r.read("duration_seconds", out.took);
  r.read("trace_id", out.trace_id);
  r.read("known_to_sidecar", out.known_to_sidecar);
  read_outcome(r, out);
  read_lists(r, out);
  return out;
}

/// "" when it is one that can be read here.
std::string wrong_format(const json::value& root) {
  const auto* object = root.if_object();
  const auto* format = object ? object->if_contains("format") : nullptr;
  if (!format || !format->is_string() || format->get_string() != "remora-bundle")
    return "it is no replay bundle (expected \"format\": \"remora-bundle\")";
  const auto* version = object->if_contains("version");
  if (!version || !version->is_int64() || version->get_int64() != 1)
    return "its version is not known here (expected 1)";
  return {};
}

std::string lines(const std::vector<std::string>& problems) {
  constexpr std::size_t most = 20;
  std::string out;
  for (std::size_t i = 0; i < std::min(most, problems.size()); ++i)
    out += (out.empty() ? "" : "\n") + problems[i];
  if (problems.size() > most) out += "\nand " + std::to_string(problems.size() - most) + " more";
  return out;
}

}  // namespace

bool is_bundle_id(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 100 && text[0] != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '.';
         });
}

std::optional<bundle> parse_bundle(std::string_view text, std::string& wrong) {
  if (text.size() > largest_bundle) {
    wrong = "it is longer than a bundle can be";
    return std::nullopt;
  }
  boost::system::error_code error;
  const auto root = json::parse(text, error);
  wrong = error ? "it is no JSON: " + error.message() : wrong_format(root);
  if (!wrong.empty()) return std::nullopt;
  std::vector<std::string> problems;
  auto out = read(object_reader(root, "", problems));
  wrong = lines(problems);
  if (!wrong.empty()) return std::nullopt;
  return out;
}

}  // namespace probe
