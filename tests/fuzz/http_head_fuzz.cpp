#include <algorithm>
#include <memory>

#include "core/framing.hpp"
#include "core/http_head.hpp"
#include "core/plain_head.hpp"
#include "tests/fuzz/fuzzing.hpp"

using fuzz::require;
using state = enum core::head_parse::state;

namespace {

constexpr std::size_t limit = 4096;

bool inside(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

/// What holds of every head that was accepted, whatever the bytes were.
void check_fields(const core::http_fields& fields, std::string_view used) {
  require(used.ends_with("\r\n\r\n") && used.find('\0') == used.npos);
  for (const auto& f : fields.all()) {
    require(inside(f.name, used) && inside(f.value, used) && !f.name.empty());
    require(f.name.find_first_of(" \t\r\n:") == f.name.npos);
    require(f.value.find_first_of("\r\n") == f.value.npos);
    require(fields.find(f.name).has_value() && fields.count(f.name) > 0);
  }
}

/// Parses, and parses what it took, and all of that but its last byte: what follows a head does not
/// matter to it, and no head is taken before its end.
template <class Head, class Parse>
bool check(std::string_view bytes, Parse parse, Head& head) {
  Head ignored;
  if (bytes.size() > limit) require(parse(bytes, limit, ignored).state != state::need_more);
  const core::head_parse parsed = parse(bytes, limit, head);
  require((parsed.state == state::bad) == (parsed.error != core::head_error::none));
  require(core::to_label(parsed.error) != nullptr);
  if (parsed.state != state::complete) return false;
  require(parsed.size <= bytes.size() && parsed.size <= limit);
  const auto used = bytes.substr(0, parsed.size);
  require(parse(used, limit, ignored).size == parsed.size);
  require(parse(used.substr(0, used.size() - 1), limit, ignored).state == state::need_more);
  check_fields(head.fields, used);
  return true;
}

bool same(const core::http_fields& a, const core::http_fields& b) {
  return std::ranges::equal(a.all(), b.all(), [](const auto& x, const auto& y) {
    return x.name.data() == y.name.data() && x.name == y.name && x.value == y.value;
  });
}

/// The short way and the long one agree on every head that the short one takes.
void check_short_way(std::string_view bytes) {
  const auto plain = std::make_unique<core::request_head>();
  const auto judged = std::make_unique<core::request_head>();
  if (const auto size = core::split_plain_request(bytes, limit, *plain)) {
    require(core::judge_request_head(bytes, limit, *judged).size == size);
    require(plain->method == judged->method && plain->target == judged->target);
    require(plain->legacy == judged->legacy && same(plain->fields, judged->fields));
  }
  const auto quick = std::make_unique<core::response_head>();
  const auto slow = std::make_unique<core::response_head>();
  if (const auto size = core::split_plain_response(bytes, limit, *quick)) {
    require(core::judge_response_head(bytes, limit, *slow).size == size);
    require(quick->status == slow->status && quick->reason == slow->reason);
    require(quick->legacy == slow->legacy && same(quick->fields, slow->fields));
  }
}

/// RFC 9112, 6.3, from the fields alone.
void check_framing(const core::framing& frame, const core::http_fields& fields, bool legacy) {
  const auto lengths = fields.count("content-length"), codings = fields.count("transfer-encoding");
  if (lengths + codings > 1 || (legacy && codings > 0))
    require(frame.kind == core::body_kind::refuse);
  require((frame.error != core::framing_error::none) == (frame.kind == core::body_kind::refuse));
  require(core::to_label(frame.error) != nullptr);
  if (frame.kind == core::body_kind::chunked)
    require(core::iequals(*fields.find("transfer-encoding"), "chunked"));
  if (frame.kind == core::body_kind::length)
    require(lengths == 1 && frame.length <= 0x7fff'ffff'ffff'ffff);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = fuzz::text_of(data, size);
  check_short_way(bytes);
  const auto request = std::make_unique<core::request_head>();
  if (check(bytes, core::parse_request_head, *request)) {
    const auto frame = core::frame_request(*request);
    check_framing(frame, request->fields, request->legacy);
    require(frame.kind == core::body_kind::refuse || request->legacy ||
            request->fields.count("host") == 1);
  }
  const auto response = std::make_unique<core::response_head>();
  if (check(bytes, core::parse_response_head, *response)) {
    require(response->status >= 100 && response->status <= 999);
    for (const bool to_head : {false, true})
      check_framing(core::frame_response(*response, to_head), response->fields, response->legacy);
  }
  return 0;
}
