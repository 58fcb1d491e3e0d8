#include "probe/replay/bundle_diff.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cctype>

#include "core/http_head.hpp"

namespace probe {
namespace {

namespace json = boost::json;

/// Lays a JSON value out, a scalar a line.
void lay_out(const json::value& value, std::size_t depth, std::string& out) {
  const std::string indent(2 * (depth + 1), ' '), end(2 * depth, ' ');
  if (const auto* object = value.if_object(); object && !object->empty()) {
    out += "{\n";
    std::size_t left = object->size();
    for (const auto& [key, one] : *object) {
      out += indent + json::serialize(json::string(key)) + ": ";
      lay_out(one, depth + 1, out);
      out += --left > 0 ? ",\n" : "\n";
    }
    out += end + "}";
  } else if (const auto* array = value.if_array(); array && !array->empty()) {
    out += "[\n";
    for (std::size_t i = 0; i < array->size(); ++i) {
      out += indent;
      lay_out((*array)[i], depth + 1, out);
      out += i + 1 < array->size() ? ",\n" : "\n";
    }
    out += end + "]";
  } else {
    out += json::serialize(value);
  }
}

std::string laid_out(const std::string& text) {
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  if (error || !(value.is_object() || value.is_array())) return text;
  std::string out;
  lay_out(value, 0, out);
  return out;
}

std::vector<std::string> lines_of(const std::string& text) {
  constexpr std::size_t most_lines = 2000, longest = 200;
  std::vector<std::string> out;
  std::string_view rest = text;
  while (!rest.empty() && out.size() < most_lines) {
    const auto line = rest.substr(0, rest.find('\n'));
    out.emplace_back(line.substr(0, longest));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  }
  return out;
}

/// The shortest edit of `a` into `b` by their longest common subsequence. What both begin and end
/// with alike is left out of the table, which keeps it small.
std::vector<diff_line> edit(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::size_t head = 0, tail = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  while (tail < a.size() - head && tail < b.size() - head &&
         a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
    ++tail;
  const std::size_t rows = a.size() - head - tail, columns = b.size() - head - tail;
  std::vector<std::vector<std::uint16_t>> common(rows + 1, std::vector<std::uint16_t>(columns + 1));
  for (std::size_t i = rows; i-- > 0;)
    for (std::size_t j = columns; j-- > 0;)
      common[i][j] = a[head + i] == b[head + j]
                         ? static_cast<std::uint16_t>(common[i + 1][j + 1] + 1)
                         : std::max(common[i + 1][j], common[i][j + 1]);
  std::vector<diff_line> out;
  for (std::size_t i = 0; i < head; ++i) out.push_back({' ', a[i]});
  std::size_t i = 0, j = 0;
  while (i < rows || j < columns) {
    if (i < rows && j < columns && a[head + i] == b[head + j]) {
      out.push_back({' ', a[head + i]});
      ++i, ++j;
    } else if (j == columns || (i < rows && common[i + 1][j] >= common[i][j + 1])) {
      out.push_back({'-', a[head + i++]});
    } else {
      out.push_back({'+', b[head + j++]});
    }
  }
  for (std::size_t k = a.size() - tail; k < a.size(); ++k) out.push_back({' ', a[k]});
  return out;
}

/// Leaves two lines around each change.
std::vector<diff_line> around_changes(const std::vector<diff_line>& all, std::size_t most) {
  constexpr std::size_t around = 2;
  std::vector<bool> shown(all.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    if (all[i].mark != ' ')
      for (std::size_t k = i - std::min(i, around); k <= std::min(all.size() - 1, i + around); ++k)
        shown[k] = true;
  std::vector<diff_line> out;
  for (std::size_t i = 0; i < all.size() && out.size() < most; ++i) {
    if (shown[i])
      out.push_back(all[i]);
    else if (out.empty() || out.back().mark != '~')
      out.push_back({'~', ""});
  }
  return out;
}

using optional_text = std::optional<std::string>;

void note(std::vector<changed_value>& into, const std::string& name, optional_text then,
          optional_text now) {
  if (then != now) into.push_back({name, std::move(then), std::move(now)});
}

optional_text verdict_of(const bundle_step& s) {
  if (s.outcome != "failed") return std::nullopt;
  return s.where + ", " + s.why + ": " + s.detail;
}

optional_text number(std::uint64_t n) {
  return std::to_string(n);
}

/// The first header of a name in any case, when its value may be shown.
optional_text shown_header(const named_texts& headers, const std::string& name) {
  for (const auto& [key, value] : headers)
    if (core::iequals(key, name) && value != redacted) return value;
  return std::nullopt;
}

bool is_redacted(const named_texts& headers, const std::string& name) {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& one) {
    return core::iequals(one.first, name) && one.second == redacted;
  });
}

std::vector<changed_value> header_changes(const named_texts& then, const named_texts& now) {
  std::vector<std::string> names;
  for (const auto* list : {&then, &now})
    for (const auto& [name, value] : *list) {
      std::string lower = name;
      std::transform(lower.begin(), lower.end(), lower.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      if (std::find(names.begin(), names.end(), lower) == names.end()) names.push_back(lower);
    }
  std::vector<changed_value> out;
  for (const auto& name : names) {
    // A date is never the same, and times of servers are compared as phases are.
    if (name == "date" || name == "server-timing") continue;
    if (is_redacted(then, name) || is_redacted(now, name)) continue;
    note(out, name, shown_header(then, name), shown_header(now, name));
  }
  return out;
}

step_diff compare_steps(bundle_step then, bundle_step now) {
  step_diff out;
  out.name = then.name.empty() ? now.name : then.name;
  const auto outcome = [](const bundle_step& s) {
    return s.outcome.empty() ? "not run" : s.outcome;
  };
  note(out.values, "outcome", outcome(then), outcome(now));
  note(out.values, "verdict", verdict_of(then), verdict_of(now));
  if (then.outcome != "skipped" && now.outcome != "skipped" && !then.outcome.empty() &&
      !now.outcome.empty()) {
    note(out.values, "status", number(static_cast<std::uint64_t>(then.status)),
         number(static_cast<std::uint64_t>(now.status)));
    note(out.values, "url", then.url, now.url);
    note(out.values, "peer", then.peer, now.peer);
    note(out.values, "body bytes", number(then.body.size), number(now.body.size));
    out.headers = header_changes(then.headers, now.headers);
    if (then.body.text && now.body.text && *then.body.text != *now.body.text)
      out.body = compare_texts(*then.body.text, *now.body.text);
  }
  out.then = std::move(then);
  out.now = std::move(now);
  return out;
}

}  // namespace

std::vector<diff_line> compare_texts(const std::string& then, const std::string& now,
                                     std::size_t most) {
  if (then == now) return {};
  return around_changes(edit(lines_of(laid_out(then)), lines_of(laid_out(now))), most);
}

bundle_diff compare_bundles(bundle then, bundle now) {
  bundle_diff out;
  out.same_configuration = then.configuration == now.configuration;
  const auto named = [](const std::vector<bundle_step>& steps, const std::string& name) {
    const auto found =
        std::find_if(steps.begin(), steps.end(), [&](const auto& s) { return s.name == name; });
    return found == steps.end() ? bundle_step{} : *found;
  };
  for (const auto& step : then.steps)
    out.steps.push_back(compare_steps(step, named(now.steps, step.name)));
  for (const auto& step : now.steps)
    if (named(then.steps, step.name).name.empty())
      out.steps.push_back(compare_steps(bundle_step{}, step));
  out.then = std::move(then);
  out.now = std::move(now);
  return out;
}

}  // namespace probe
