#include <fmt/format.h>

#include <chrono>
#include <iterator>

#include "core/html_text.hpp"
#include "core/page_template.hpp"
#include "core/web_assets.hpp"
#include "probe/replay/failures_page.hpp"
#include "probe/report/run_summary.hpp"
#include "probe/report/web_assets.hpp"

namespace probe {
namespace {

using core::html_text;
using option_list = std::vector<std::pair<std::string, std::string>>;  // value and text

std::string select(const char* name, const option_list& options, const std::string& chosen) {
  auto out = fmt::format("<label>{0}<select name=\"{0}\">", name);
  for (const auto& [value, text] : options)
    fmt::format_to(std::back_inserter(out), "<option value=\"{}\"{}>{}</option>", html_text(value),
                   value == chosen ? " selected" : "", html_text(text));
  return out + "</select></label>\n";
}

std::string filters(const bundle_filter& filter,
                    const std::map<std::string, std::vector<std::string>>& choices) {
  std::string out;
  const auto add = [&](const char* name, const std::string& chosen) {
    option_list options{{"", "any"}};
    bool there = chosen.empty();
    for (const auto& value : choices.at(name)) {
      options.emplace_back(value, value);
      there = there || value == chosen;
    }
    if (!there) options.emplace_back(chosen, chosen);
    out += select(name, options, chosen);
  };
  add("scenario", filter.scenario);
  add("where", filter.where);
  add("why", filter.why);
  return out + select("outcome", {{"failed", "failed"}, {"passed", "passed"}, {"all", "all"}},
                      filter.outcome);
}

std::string row(const bundle_entry& e) {
  const auto took =
      std::chrono::duration_cast<core::duration>(std::chrono::duration<double>(e.took));
  return fmt::format(
      "<tr><td><time datetime=\"{0}\">{1} {2}</time></td><th scope=\"row\">{3}{4}</th><td>{5}</td>"
      "<td><code>{6}</code></td><td class=\"n\">{7}</td><td class=\"detail\">{8}</td>"
      "<td class=\"traces\"><code>{9}</code></td><td><a href=\"/failures/{10}\" "
      "download=\"{10}.json\""
      " aria-label=\"Bundle of {3} at {1} {2}\">bundle</a></td></tr>\n",
      html_text(e.intended),
      html_text(e.intended.substr(0, std::min<std::size_t>(10, e.intended.size()))),
      e.intended.size() > 23 ? html_text(e.intended.substr(11, 12)) : "", html_text(e.scenario),
      e.failed ? "<br>" + html_text(e.step) : "",
      e.failed ? "<span class=\"chip fail\">" + html_text(e.where) + "</span>"
               : "<span class=\"chip pass\">passed</span>",
      html_text(e.why), readable(took), html_text(e.detail), html_text(e.trace_id),
      html_text(e.id));
}

std::string table(const std::vector<const bundle_entry*>& shown) {
  if (shown.empty()) return "<p class=\"card empty\">No run of this kind is kept.</p>";
  std::string out =
      "<div class=\"card scroll\" tabindex=\"0\" role=\"region\" "
      "aria-label=\"Runs\"><table><thead><tr><th>intended start, UTC</th><th>scenario, step"
      "</th><th>where</th><th>why</th><th class=\"n\">took</th><th>what was seen</th><th>trace</th>"
      "<th>file</th></tr></thead><tbody>\n";
  for (const auto* e : shown) out += row(*e);
  return out + "</tbody></table></div>";
}

}  // namespace

std::string failures_html(const std::vector<const bundle_entry*>& shown,
                          const bundle_filter& filter,
                          const std::map<std::string, std::vector<std::string>>& choices,
                          std::size_t kept) {
  const char* heading = filter.outcome == "failed"   ? "Failed runs"
                        : filter.outcome == "passed" ? "Passed runs"
                                                     : "Runs";
  return core::fill_template(web::failures_html().content,
                             {{"style", std::string(core::web::report_css().content)},
                              {"heading", heading},
                              {"count", fmt::format("{} shown, {} kept", shown.size(), kept)},
                              {"filters", filters(filter, choices)},
                              {"list", table(shown)}});
}

}  // namespace probe
