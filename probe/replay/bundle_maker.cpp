#include "probe/replay/bundle_maker.hpp"

#include <algorithm>
#include <set>

#include "core/digest.hpp"
#include "core/http_head.hpp"
#include "probe/engine/step_record.hpp"
#include "probe/report/time_text.hpp"

namespace probe {
namespace {

bool listed(const std::vector<std::string>& list, std::string_view name) {
  return std::any_of(list.begin(), list.end(),
                     [&](const auto& one) { return one == "*" || core::iequals(one, name); });
}

/// `application/json; charset=utf-8` → `application/json`.
std::string_view media_type(std::string_view content_type) {
  content_type = content_type.substr(0, content_type.find(';'));
  while (content_type.ends_with(' ')) content_type.remove_suffix(1);
  return content_type;
}

std::string_view find_header(const core::header_list& headers, std::string_view name) {
  for (const auto& [key, value] : headers)
    if (core::iequals(key, name)) return value;
  return {};
}

class maker {
 public:
  maker(const run_result& run, const failures_config& rules, const core::wall_clock& wall)
      : run_(run), rules_(rules), wall_(wall), constants_(run.setup->constants) {}

  bundle make() {
    bundle out;
    const auto& s = *run_.scenario;
    out.program_version = REMORA_VERSION;
    out.configuration = configuration_hash(s, constants_);
    out.scenario = s.name;
    out.target = s.about.name;
    for (const auto& [name, value] : s.about.values)
      out.endpoint.emplace_back(name, constants_.mask(value));
    out.file = s.file;
    out.source = constants_.mask(std::string(s.source_text()));
    out.intended = rfc3339(wall_.unix_nanos(run_.intended));
    out.lag = core::seconds(run_.lag());
    out.took = core::seconds(run_.took());
    if (const auto* failed = run_.failure())
      out.known_to_sidecar = (run_.told_before & told_bit(failed->index)) != 0;
    if (run_.context) out.trace_id = run_.context.trace.hex();
    out.id = id(out);
    if (const auto* failed = run_.failure()) {
      out.failed = true;
      out.step = s.at(failed->index).name;
      out.where = to_label(failed->failure->where);
      out.why = to_label(failed->failure->why);
      out.detail = failed->detail;
    }
    for (const auto& [name, url] : constants_.targets)
      out.targets.emplace_back(name, url.to_string());
    out.secrets = secrets_of(s);
    out.variables = variables();
    for (const auto& step : run_.steps) {
      out.steps.push_back(make(step));
      note_addresses(step, out.addresses);
    }
    return out;
  }

 private:
  /// Sorts by time, and is one's own as far as the trace (or the step's own clock) is.
  std::string id(const bundle& b) const {
    std::string out;
    for (const char c : b.intended)
      if (c != ':' && c != '-') out.push_back(c);
    const auto suffix = b.trace_id.empty()
                            ? core::to_hex(core::sha256(b.scenario + b.intended)).substr(0, 8)
                            : b.trace_id.substr(0, 8);
    return out + "-" + suffix;
  }

  std::vector<bundle_variable> variables() const {
    std::set<std::string> picked;
    for (std::size_t i = 0; i < run_.scenario->step_count(); ++i)
      for (const auto& [name, how] : run_.scenario->at(i).extract)
        if (how.pick == item_choice::random) picked.insert(name);
    std::vector<bundle_variable> out;
    for (const auto& [name, value] : run_.variables) {
      bundle_variable v{name, std::nullopt, picked.contains(name)};
      if (v.picked || listed(rules_.variables, name)) v.value = constants_.mask(value);
      out.push_back(std::move(v));
    }
    return out;
  }

  named_texts headers(const core::header_list& from) const {
    named_texts out;
    for (const auto& [name, value] : from)
      out.emplace_back(
          name, listed(rules_.headers, name) ? constants_.mask(value) : std::string(redacted));
    return out;
  }

  bundle_body body(const std::string& text, std::size_t size, std::string_view type) const {
    bundle_body out;
    out.size = size;
    const auto media = media_type(type);
    const bool allowed = !media.empty() ? listed(rules_.bodies, media) : listed(rules_.bodies, "");
    // Masked before it is cut: half a secret would be none that is found.
    if (allowed && size > 0) {
      auto shown = constants_.mask(text);
      shown.resize(std::min<std::size_t>(shown.size(), rules_.max_body.bytes));
      out.text = std::move(shown);
    }
    return out;
  }

  bundle_step make(const step_result& step) const {
    bundle_step out;
    out.name = run_.scenario->at(step.index).name;
    out.outcome = to_label(step.outcome);
    if (step.outcome == step_outcome::skipped) return out;
    if (step.failure) {
      out.where = to_label(step.failure->where);
      out.why = to_label(step.failure->why);
      out.detail = step.detail;
    }
    out.started = core::seconds(step.start - run_.start);
    out.took = core::seconds(step.took());
    out.attempts = step.attempts;
    out.method = step.method;
    out.url = step.url;
    out.peer = step.peer;
    out.status = step.status;
    for (std::size_t p = 0; p < phase_count; ++p)
      if (const auto& took = step.phases[static_cast<phase>(p)])
        out.phases.emplace_back(to_label(static_cast<phase>(p)), core::seconds(*took));
    for (const auto& entry : step.timing.entries())
      if (entry.took) out.server_timing.emplace_back(entry.name, core::seconds(*entry.took));
    if (step.record) add_record(*step.record, out);
    return out;
  }

  void add_record(const step_record& from, bundle_step& into) const {
    const auto& last = from.last;
    // Masked first: what is redacted could be the beginning of a secret whose end stays.
    into.url = without_query_values(constants_.mask(last.url));
    into.request_headers = headers(last.sent_headers);
    into.request_body =
        body(last.sent_body, last.sent_body.size(), find_header(last.sent_headers, "content-type"));
    into.headers = headers(last.answer.headers);
    into.body =
        body(last.answer.body, from.body_size, last.answer.header("content-type").value_or(""));
    into.uuids = from.uuids;
  }

  /// What a name was first taken for stays.
  static void note_addresses(const step_result& step, named_texts& into) {
    if (!step.record) return;
    for (const auto& [host, address] : step.record->last.dialled) {
      const bool known =
          std::any_of(into.begin(), into.end(), [&](const auto& one) { return one.first == host; });
      if (!known) into.emplace_back(host, address);
    }
  }

  const run_result& run_;
  const failures_config& rules_;
  const core::wall_clock& wall_;
  const bindings& constants_;
};

}  // namespace

bundle make_bundle(const run_result& result, const failures_config& rules,
                   const core::wall_clock& wall) {
  return maker(result, rules, wall).make();
}

std::string configuration_hash(const scenario& s, const bindings& constants) {
  std::string text = s.name + "\n" + std::string(s.source_text()) + "\n";
  for (const auto& [name, url] : constants.targets) text += name + "=" + url.to_string() + "\n";
  for (const auto& name : secrets_of(s)) text += name + "\n";
  for (const auto& [name, value] : s.about.values) text += name + "=" + value + "\n";
  return core::to_hex(core::sha256(text));
}

std::vector<std::string> secrets_of(const scenario& s) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < s.step_count(); ++i)
    for (const auto* text : texts_of(s.at(i)))
      for (const auto* r : text->references())
        if (r->kind == reference_kind::secret) names.insert(r->name);
  return {names.begin(), names.end()};
}

std::string without_query_values(const std::string& url) {
  const auto question = url.find('?');
  if (question == std::string::npos) return url.substr(0, url.find('#'));
  std::string out = url.substr(0, question + 1);
  auto rest = std::string_view(url).substr(question + 1);
  rest = rest.substr(0, rest.find('#'));
  while (!rest.empty()) {
    const auto part = rest.substr(0, rest.find('&'));
    const auto equals = part.find('=');
    out += part.substr(0, equals);
    if (equals != std::string_view::npos) out.append("=").append(redacted);
    rest.remove_prefix(part.size());
    if (rest.empty()) break;
    out.push_back('&');
    rest.remove_prefix(1);
  }
  return out;
}

}  // namespace probe
