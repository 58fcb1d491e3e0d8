#include "api/http/json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <charconv>
#include <cmath>
#include <unordered_set>

#include "core/json_text.hpp"

namespace api {
namespace {

using boost::json::error_code;
using boost::json::string_view;

// Builds the tree while Boost's parser walks the text.
class tree_builder {
 public:
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);

  json_value root;
  json_error error;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }
  bool on_array_begin(error_code&) { return open(json_kind::array); }
  bool on_array_end(std::size_t, error_code&) { return close(); }
  bool on_object_begin(error_code&) { return open(json_kind::object); }
  bool on_object_end(std::size_t, error_code&) { return close(); }

  bool on_key_part(string_view s, std::size_t, error_code&) { return keep(s); }
  bool on_key(string_view s, std::size_t, error_code& ec) {
    keep(s);
    level& top = levels_.back();
    if (!top.is_new(part_)) return refuse("is there twice", pointer_to(pointer(), part_), ec);
    if (part_.find('\0') != std::string::npos)
      return refuse("has U+0000 in its name", pointer(), ec);
    top.value.members.push_back({std::exchange(part_, {}), {}});
    return true;
  }
  bool on_string_part(string_view s, std::size_t, error_code&) { return keep(s); }
  bool on_string(string_view s, std::size_t, error_code& ec) {
    keep(s);
    if (part_.find('\0') != std::string::npos) return refuse("holds U+0000", here(), ec);
    return add({json_kind::string, std::exchange(part_, {}), {}, {}});
  }
  bool on_number_part(string_view s, error_code&) { return keep(s); }
  bool on_int64(std::int64_t, string_view s, error_code& ec) { return number(s, ec); }
  bool on_uint64(std::uint64_t, string_view s, error_code& ec) { return number(s, ec); }
  bool on_double(double, string_view s, error_code& ec) { return number(s, ec); }
  bool on_bool(bool b, error_code&) {
    return add({json_kind::boolean, b ? "true" : "false", {}, {}});
  }
  bool on_null(error_code&) { return add({}); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  struct level {
    json_value value;
    std::unordered_set<std::string> names;  // once there are many

    bool is_new(const std::string& name) {
      if (value.members.size() < few) return !value.find(name);
      if (names.empty())
        for (const auto& m : value.members) names.insert(m.name);
      return names.insert(name).second;
    }
  };
  static constexpr std::size_t few = 16;

  bool keep(string_view s) {
    part_.append(s.data(), s.size());
    return true;
  }
  bool open(json_kind kind) {
    levels_.emplace_back().value.kind = kind;
    return true;
  }
  bool close() {
    json_value done = std::move(levels_.back().value);
    levels_.pop_back();
    return add(std::move(done));
  }
  bool add(json_value v) {
    if (levels_.empty())
      root = std::move(v);
    else if (json_value& top = levels_.back().value; top.kind == json_kind::array)
      top.items.push_back(std::move(v));
    else
      top.members.back().value = std::move(v);
    return true;
  }
  bool number(string_view s, error_code& ec) {
    keep(s);
    double value = 0;
    const auto end = part_.data() + part_.size();
    if (std::from_chars(part_.data(), end, value).ec != std::errc())
      return refuse("is a number out of range", here(), ec);
    return add({json_kind::number, std::exchange(part_, {}), {}, {}});
  }

  // Pointer of the innermost open container.
  std::string pointer() const { return pointer_to_level(levels_.empty() ? 0 : levels_.size() - 1); }
  // Pointer of the value that comes next.
  std::string here() const { return pointer_to_level(levels_.size()); }
  std::string pointer_to_level(std::size_t depth) const {
    std::string at;
    for (std::size_t i = 0; i < depth; ++i) {
      const json_value& v = levels_[i].value;
      at = pointer_to(
          at, v.kind == json_kind::array ? std::to_string(v.items.size()) : v.members.back().name);
    }
    return at;
  }
  bool refuse(const char* what, std::string at, error_code& ec) {
    error = {what, std::move(at), false};
    ec = boost::json::error::exception;
    return false;
  }

  std::vector<level> levels_;
  std::string part_;
};

void append(std::string& out, const json_value& v) {
  switch (v.kind) {
    case json_kind::null: out.append("null"); break;
    case json_kind::boolean:
    case json_kind::number: out.append(v.text); break;
    case json_kind::string: core::append_json_string(out, v.text); break;
    case json_kind::array:
      out.push_back('[');
      for (const auto& item : v.items) {
        if (&item != v.items.data()) out.push_back(',');
        append(out, item);
      }
      out.push_back(']');
      break;
    case json_kind::object:
      out.push_back('{');
      for (const auto& member : v.members) {
        if (&member != v.members.data()) out.push_back(',');
        core::append_json_string(out, member.name);
        out.push_back(':');
        append(out, member.value);
      }
      out.push_back('}');
      break;
  }
}

}  // namespace

const json_value* json_value::find(std::string_view name) const noexcept {
  for (const auto& m : members)
    if (m.name == name) return &m.value;
  return nullptr;
}

const char* json_value::kind_name() const noexcept {
  switch (kind) {
    case json_kind::null: return "null";
    case json_kind::boolean: return "a boolean";
    case json_kind::number: return "a number";
    case json_kind::string: return "a string";
    case json_kind::array: return "an array";
    case json_kind::object: return "an object";
  }
  return "";
}

std::string json_value::to_string() const {
  std::string out;
  append(out, *this);
  return out;
}

boost::system::result<json_value, json_error> parse_json(std::string_view text, std::size_t depth) {
  boost::json::parse_options options;
  options.max_depth = depth;
  boost::json::basic_parser<tree_builder> parser(options);
  error_code ec;
  const std::size_t used = parser.write_some(false, text.data(), text.size(), ec);
  if (!ec && used < text.size()) ec = boost::json::error::extra_data;
  if (!ec) return std::move(parser.handler().root);
  if (!parser.handler().error.what.empty()) return std::move(parser.handler().error);
  if (ec == boost::json::error::too_deep)
    return json_error{"is nested deeper than " + std::to_string(depth) + " levels", "", false};
  return json_error{"is not JSON: " + ec.message() + " at byte " + std::to_string(used), "", true};
}

bool parse_hundredths(std::string_view number, std::int64_t& out) noexcept {
  const auto point = number.find('.');
  std::string_view fraction =
      point == std::string_view::npos ? std::string_view() : number.substr(point + 1);
  while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
  if (fraction.size() > 2) return false;

  const std::string_view whole = number.substr(0, point);
  std::int64_t units = 0, parts = 0;
  const auto all = [](std::string_view text, std::int64_t& into) {
    const auto end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, into);
    return error == std::errc() && stopped == end;
  };
  if (whole.size() > 12 || !all(whole, units)) return false;
  if (fraction.starts_with('-') || (!fraction.empty() && !all(fraction, parts))) return false;
  if (fraction.size() == 1) parts *= 10;
  const bool negative = !whole.empty() && whole.front() == '-';
  out = units * 100 + (negative ? -parts : parts);
  return true;
}

std::string pointer_to(std::string_view pointer, std::string_view name) {
  std::string out(pointer);
  out.push_back('/');
  for (const char c : name) {
    if (c == '~')
      out.append("~0");
    else if (c == '/')
      out.append("~1");
    else
      out.push_back(c);
  }
  return out;
}

}  // namespace api
