#include <string>

#include "core/json_text.hpp"
#include "core/random_source.hpp"
#include "probe/checks/request_builder.hpp"
#include "probe/format/bindings.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;

namespace {

const probe::bindings& constants() {
  static const probe::bindings all = [] {
    probe::bindings out;
    core::parse_base_url("http://127.0.0.1:8080/api", out.targets["base"]);
    out.secrets["token"] = core::secret("a \"quoted\" key/with+24 chars");
    out.secrets["other"] = core::secret("0123456789abcdef");
    return out;
  }();
  return all;
}

/// What is not masked of a secret is too short to be more than an accident.
void check_mask(std::string_view text) {
  const auto masked = constants().mask(std::string(text));
  for (const auto& [name, secret] : constants().secrets)
    require(masked.find(secret.reveal().substr(0, 8)) == std::string::npos);
  require(constants().mask(masked) == masked);
  const auto around =
      constants().mask(std::string(text) + constants().secrets.at("other").reveal());
  require(around.ends_with("<secret>"));
}

/// A value out of an answer stays where the scenario put it: behind the path's last slash.
void check_url(std::string_view value) {
  core::random_source random(1);
  probe::run_values values(constants(), random);
  values.set("v", std::string(value));
  std::string why, missing;
  static const auto text = *probe::template_text::parse("${target.base}/x/${v}", why);
  const auto url = text.render(values.for_url(), missing);
  probe::built_request built;
  require(url && probe::split_url(*url, built));
  require(!built.tls && built.authority == constants().targets.at("base").authority);
  require(built.request.target.starts_with("/api/x/") && url->ends_with(built.request.target));
  for (const char c : *url) require(c > ' ' && c <= '~' && c != '#');
}

/// Literals come out as they went in, and every reference is asked for, in their order.
void check_template(std::string_view text) {
  std::string why, missing;
  const auto parsed = probe::template_text::parse(text, why);
  require(parsed.has_value() == why.empty());
  if (!parsed) {
    require(text.find("${") != text.npos);
    return;
  }
  require(parsed->source() == text);
  std::size_t asked = 0;
  const auto rendered = parsed->render(
      [&](const probe::template_reference& r) -> std::optional<std::string> {
        require(r.name == parsed->references().at(asked++)->name);
        return "";
      },
      missing);
  require(rendered && asked == parsed->references().size() && rendered->size() <= text.size());
  if (text.find("${") == text.npos) require(*rendered == text);
}

}  // namespace

/// The texts of a probe: templates, values of answers in URLs, and secrets in whatever is shown.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  check_mask(text);
  check_mask(core::json_string(text));
  check_url(text);
  check_template(text);
  probe::built_request built;
  if (probe::split_url(std::string(text), built))
    require(built.request.target.starts_with('/') && built.authority.port != 0);
  return 0;
}
