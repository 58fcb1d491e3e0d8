#include "sidecar/relay/otlp_json.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <vector>

#include "sidecar/relay/otlp_json_schema.hpp"
#include "sidecar/relay/otlp_json_value.hpp"

namespace sidecar {
namespace {

using boost::json::error_code;
using boost::json::string_view;
using otlp_json::field;
using otlp_json::kind;
using otlp_json::token;

constexpr std::size_t max_depth = 128;

/// Writes protobuf while Boost's parser walks the text: the order of fields is free in both. The
/// length of a message goes in front of it at its end.
class converter {
 public:
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);

  std::string out;
  std::string problem;

  bool on_document_begin(error_code&) { return true; }
  bool on_document_end(error_code&) { return true; }

  bool on_object_begin(error_code& ec) {
    if (levels_.empty()) {
      levels_.push_back({otlp_json::message::request, nullptr, 0, 0, 0});
      return true;
    }
    if (skips_value()) return enter_skipped();
    const field& f = *levels_.back().field;
    if (f.kind != kind::message || f.repeated != in_list()) return refuse_value(ec);
    count_item();
    otlp_json::append_tag(out, f.number, otlp_json::bytes_wire);
    levels_.push_back({f.type, nullptr, out.size(), 0, 0});
    return true;
  }
  bool on_object_end(std::size_t, error_code&) {
    if (leaves_skipped()) return true;
    const level ended = levels_.back();
    levels_.pop_back();
    if (levels_.empty()) return true;
    std::string length;
    otlp_json::append_varint(length, out.size() - ended.start);
    out.insert(ended.start, length);
    return true;
  }

  bool on_array_begin(error_code& ec) {
    if (levels_.empty()) return refuse("the body must be an object", ec);
    if (skips_value()) return enter_skipped();
    const field& f = *levels_.back().field;
    if (!f.repeated || in_list()) return refuse_value(ec);
    levels_.push_back({otlp_json::message::none, &f, 0, 0, 0});
    return true;
  }
  bool on_array_end(std::size_t, error_code&) {
    if (!leaves_skipped()) levels_.pop_back();
    return true;
  }

  bool on_key_part(string_view s, std::size_t, error_code&) { return keep(s); }
  bool on_key(string_view s, std::size_t, error_code& ec) {
    keep(s);
    const std::string name = std::exchange(part_, {});
    if (skipped_ > 0) return true;
    level& top = levels_.back();
    top.field = otlp_json::find_field(top.type, name);
    if (!top.field) return true;
    const auto bit = 1u << (top.field - otlp_json::fields_of(top.type).data());
    if (top.seen & bit) return refuse(path() + ": is there twice", ec);
    top.seen |= bit;
    const bool several = (top.seen & (top.seen - 1)) != 0;
    if (several && top.type == otlp_json::message::any_value)
      return refuse(path() + ": the value has another type already", ec);
    return true;
  }

  bool on_string_part(string_view s, std::size_t, error_code&) { return keep(s); }
  bool on_string(string_view s, std::size_t, error_code& ec) {
    return scalar(token::string, s, ec);
  }
  bool on_number_part(string_view s, error_code&) { return keep(s); }
  bool on_int64(std::int64_t, string_view s, error_code& ec) {
    return scalar(token::number, s, ec);
  }
  bool on_uint64(std::uint64_t, string_view s, error_code& ec) {
    return scalar(token::number, s, ec);
  }
  bool on_double(double, string_view s, error_code& ec) { return scalar(token::number, s, ec); }
  bool on_bool(bool b, error_code& ec) { return scalar(token::truth, b ? "true" : "false", ec); }
  bool on_null(error_code& ec) {
    if (levels_.empty()) return refuse("the body must be an object", ec);
    return skips_value() || !in_list() || refuse_value(ec);
  }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }

 private:
  /// An open object, or the list of a repeated field.
  struct level {
    otlp_json::message type;        // none: a list
    const otlp_json::field* field;  // whose value comes next; null: one that nobody knows
    std::size_t start;              // of the message's content in `out`
    std::uint32_t seen;             // a bit a field
    std::size_t items;              // of a list, so far
  };

  bool keep(string_view s) {
    part_.append(s.data(), s.size());
    return true;
  }
  bool in_list() const noexcept { return levels_.back().type == otlp_json::message::none; }
  bool skips_value() const noexcept { return skipped_ > 0 || !levels_.back().field; }
  bool enter_skipped() noexcept {
    ++skipped_;
    return true;
  }
  bool leaves_skipped() noexcept {
    if (skipped_ == 0) return false;
    --skipped_;
    return true;
  }
  void count_item() noexcept {
    if (in_list()) ++levels_.back().items;
  }

  bool scalar(token t, string_view s, error_code& ec) {
    keep(s);
    const std::string text = std::exchange(part_, {});
    if (levels_.empty()) return refuse("the body must be an object", ec);
    if (skips_value()) return true;
    const field& f = *levels_.back().field;
    if (f.repeated != in_list() || !otlp_json::append_scalar(out, f, t, text))
      return refuse_value(ec);
    count_item();
    return true;
  }

  std::string path() const {
    std::string text;
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      const level& l = levels_[i];
      if (l.type == otlp_json::message::none) {
        // The last list is asked while its next item is refused; the others hold the one we are in.
        const bool inside = i + 1 < levels_.size();
        text += "[" + std::to_string(inside ? l.items - 1 : l.items) + "]";
      } else if (l.field) {
        text += (text.empty() ? "" : ".") + std::string(l.field->name);
      }
    }
    return text;
  }

  bool refuse_value(error_code& ec) {
    const field& f = *levels_.back().field;
    const bool list = f.repeated && !in_list();
    return refuse(path() + ": must be " + (list ? "an array" : otlp_json::expectation(f.kind)), ec);
  }
  bool refuse(std::string why, error_code& ec) {
    problem = std::move(why);
    ec = boost::json::error::syntax;  // any: ours is the one that is shown
    return false;
  }

  std::vector<level> levels_;
  std::size_t skipped_ = 0;  // depth within a value that nobody knows
  std::string part_;         // of a key, string or number that comes in pieces
};

}  // namespace

json_conversion protobuf_of_json(std::string_view text) {
  boost::json::parse_options options;
  options.max_depth = max_depth;
  boost::json::basic_parser<converter> parser(options);
  converter& handler = parser.handler();
  handler.out.reserve(text.size() / 2);
  error_code ec;
  const auto used = parser.write_some(false, text.data(), text.size(), ec);
  if (!handler.problem.empty()) return {{}, std::move(handler.problem)};
  if (ec) return {{}, "the body is no JSON at byte " + std::to_string(used) + ": " + ec.message()};
  if (used != text.size())
    return {{}, "the body is no JSON at byte " + std::to_string(used) + ": something follows it"};
  return {std::move(handler.out), {}};
}

}  // namespace sidecar
