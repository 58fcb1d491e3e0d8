#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <cmath>
#include <limits>

#include "probe/replay/bundle.hpp"

namespace probe {
namespace {

namespace json = boost::json;

/// One object of the file; what is wrong with its members is added to `problems`, with their path.
class object_reader {
 public:
  object_reader(const json::value& from, std::string path, std::vector<std::string>& problems)
      : object_(from.if_object()), path_(std::move(path)), problems_(problems) {
    if (!object_) problem("", "is no object");
  }

  void problem(std::string_view member, std::string_view what) const {
    const auto separator = path_.empty() || member.empty() ? "" : ".";
    problems_.push_back(path_ + separator + std::string(member) + ": " + std::string(what));
  }

  /// Null (and a problem, unless it may be missing) when there is none.
  const json::value* member(const char* name, bool needed = true) const {
    const auto* found = object_ ? object_->if_contains(name) : nullptr;
    if (!found && object_ && needed) problem(name, "is missing");
    return found;
  }

  void read(const char* name, std::string& into, bool needed = true) const {
    const auto* value = member(name, needed);
    if (value && value->is_string())
      into = value->get_string();
    else if (value)
      problem(name, "is no text");
  }
  void read(const char* name, bool& into) const {
    const auto* value = member(name);
    if (value && value->is_bool())
      into = value->get_bool();
    else if (value)
      problem(name, "is neither true nor false");
  }
  void read(const char* name, double& into) const {
    if (const auto* value = member(name); value && !number(*value, into))
      problem(name, "is no number of seconds");
  }
  template <class Whole>
  void read_whole(const char* name, Whole& into) const {
    const auto* value = member(name);
    if (!value) return;
    const auto* whole = value->if_int64();
    if (whole && *whole >= 0 && std::in_range<Whole>(*whole))
      into = static_cast<Whole>(*whole);
    else
      problem(name, "is no whole number");
  }
  /// Null or a text.
  void read(const char* name, std::optional<std::string>& into) const {
    const auto* value = member(name);
    if (!value || value->is_null()) return;
    if (value->is_string())
      into = std::string(value->get_string());
    else
      problem(name, "is neither text nor null");
  }
  void read(const char* name, std::vector<std::string>& into) const {
    each(name, [&](const json::value& one, const std::string& path) {
      if (one.is_string())
        into.emplace_back(one.get_string());
      else
        problems_.push_back(path + ": is no text");
    });
  }
  void read(const char* name, named_seconds& into) const {
    const auto* value = member(name);
    if (!value) return;
    if (!value->is_object()) return problem(name, "is no object");
    for (const auto& [key, one] : value->get_object()) {
      double seconds = 0;
      if (number(one, seconds))
        into.emplace_back(key, seconds);
      else
        problem(std::string(name) + "." + std::string(key), "is no number of seconds");
    }
  }
  /// An object of texts.
  void read(const char* name, named_texts& into) const {
    const auto* value = member(name);
    if (!value) return;
    if (!value->is_object()) return problem(name, "is no object");
    for (const auto& [key, one] : value->get_object()) {
      if (one.is_string())
        into.emplace_back(key, one.get_string());
      else
        problem(std::string(name) + "." + std::string(key), "is no text");
    }
  }
  /// A list of pairs of texts.
  void read_pairs(const char* name, named_texts& into) const {
    each(name, [&](const json::value& one, const std::string& path) {
      const auto* pair = one.if_array();
      if (pair && pair->size() == 2 && (*pair)[0].is_string() && (*pair)[1].is_string())
        into.emplace_back((*pair)[0].get_string(), (*pair)[1].get_string());
      else
        problems_.push_back(path + ": is no pair of name and value");
    });
  }

  /// A member that is an object.
  template <class Body>
  void inside(const char* name, Body body) const {
    if (const auto* value = member(name))
      body(object_reader(*value, path_.empty() ? name : path_ + "." + name, problems_));
  }
  /// The items of a list, with their paths.
  template <class Body>
  void each(const char* name, Body body) const {
    const auto* value = member(name);
    if (!value) return;
    if (!value->is_array()) return problem(name, "is no list");
    std::size_t i = 0;
    const auto path = path_.empty() ? std::string(name) : path_ + "." + name;
    for (const auto& one : value->get_array()) body(one, path + "[" + std::to_string(i++) + "]");
  }

  std::vector<std::string>& problems() const { return problems_; }

 private:
  static bool number(const json::value& from, double& into) {
    if (!from.is_number()) return false;
    into = from.is_double() ? from.get_double() : from.to_number<double>();
    return std::isfinite(into);
  }

  const json::object* object_;
  std::string path_;
  std::vector<std::string>& problems_;
};

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
