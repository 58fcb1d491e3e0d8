#include "sidecar/config/access_log_config.hpp"

#include "core/token.hpp"
#include "sidecar/access_log/line_template.hpp"
#include "sidecar/config/place.hpp"

namespace sidecar {

void access_log_config::check(const access_log_config& value, const core::node& from,
                              core::reading& r) {
  constexpr std::size_t most = 16;
  const bool by_template = value.format == access_log_format::text;
  if (by_template && value.text.empty())
    r.found.add(place(from, "format"), "format: template without a template",
                "template: a line such as \"%{client.address} %{http.request.method}\"");
  if (!by_template && !value.text.empty())
    r.found.add(place(from, "template"), "a template that format: json does not use",
                "format: template");
  for (const auto& name : value.fields)
    if (!core::is_token(name))
      r.found.add(place(from, "fields"), "\"" + name + "\" is no header's name",
                  "a name such as x-request-id");
  if (value.fields.size() > most || value.query_keys.size() > most)
    r.found.add(from.at, "more than 16 headers or query parameters", "at most 16 of each");
  if (!by_template) return;
  if (const auto wrong = check_template_text(value.text, value.fields); !wrong.empty())
    r.found.add(place(from, "template"), wrong, "one of: " + template_names(value.fields));
}

}  // namespace sidecar
