#include "sidecar/relay/otlp_span_reader.hpp"

#include <cstring>
#include <optional>

#include "core/otlp_fields.hpp"
#include "sidecar/relay/otlp_walk.hpp"

namespace sidecar {

namespace otlp = core::otlp;
using namespace otlp_walk;
using protozero::pbf_message;
using protozero::pbf_wire_type;

/// The key of a KeyValue; the last one when there are several, as in all of protobuf.
std::string_view key_of(std::string_view bytes) {
  std::string_view key;
  for (auto pair = message_in<otlp::key_value>(bytes); pair.next();) {
    if (is(pair, otlp::key_value::key)) {
      key = text(pair.get_view());
    } else {
      pair.skip();
    }
  }
  return key;
}

namespace {

/// An id of the wrong length is none.
template <class Id>
Id read_id(protozero::data_view view) noexcept {
  Id id;
  if (view.size() == id.bytes.size()) std::memcpy(id.bytes.data(), view.data(), view.size());
  return id;
}

core::span_kind read_kind(std::int32_t value) noexcept {
  const bool known = value >= static_cast<int>(core::span_kind::internal) &&
                     value <= static_cast<int>(core::span_kind::consumer);
  return known ? static_cast<core::span_kind>(value) : core::span_kind::internal;
}

bool read_error(std::string_view bytes) {
  bool error = false;
  for (auto status = message_in<otlp::status>(bytes); status.next();) {
    if (status.tag_and_type() ==
        protozero::tag_and_type(otlp::status::code, pbf_wire_type::varint)) {
      error = status.get_enum() == otlp::status_error;
    } else {
      status.skip();
    }
  }
  return error;
}

std::string_view string_value_of(std::string_view bytes) {
  std::string_view value;
  for (auto pair = message_in<otlp::key_value>(bytes); pair.next();) {
    if (!is(pair, otlp::key_value::value)) {
      pair.skip();
      continue;
    }
    pbf_message<otlp::any_value> any(pair.get_view());
    while (any.next()) {
      if (is(any, otlp::any_value::text)) {
        value = text(any.get_view());
      } else {
        any.skip();
      }
    }
  }
  return value;
}

/// The attribute's value when it is `http.route`. One whose inside is malformed is no route: spans
/// are only judged by their own fields.
std::optional<std::string_view> read_route(std::string_view bytes) noexcept {
  constexpr std::string_view name = "http.route";
  // Cheaper than reading each key: nearly all attributes end here.
  if (bytes.find(name) == std::string_view::npos) return std::nullopt;
  try {
    if (key_of(bytes) == name) return string_value_of(bytes);
  } catch (const protozero::exception&) {
  }
  return std::nullopt;
}

}  // namespace

span_view read_span(std::string_view bytes, span_detail detail) {
  using enum otlp::span;
  using protozero::tag_and_type;
  span_view out;
  out.bytes = bytes;
  for (auto s = message_in<otlp::span>(bytes); s.next();) {
    switch (s.tag_and_type()) {
      case tag_and_type(trace_id, bytes_field):
        out.trace = read_id<core::trace_id>(s.get_view());
        break;
      case tag_and_type(span_id, bytes_field):
        out.span = read_id<core::span_id>(s.get_view());
        break;
      case tag_and_type(parent_span_id, bytes_field):
        out.parent = read_id<core::span_id>(s.get_view());
        break;
      case tag_and_type(name, bytes_field): out.name = text(s.get_view()); break;
      case tag_and_type(kind, pbf_wire_type::varint): out.kind = read_kind(s.get_enum()); break;
      case tag_and_type(start, pbf_wire_type::fixed64): out.start = s.get_fixed64(); break;
      case tag_and_type(end, pbf_wire_type::fixed64): out.end = s.get_fixed64(); break;
      case tag_and_type(status, bytes_field): out.error = read_error(text(s.get_view())); break;
      case tag_and_type(attributes, bytes_field): {
        const auto attribute = text(s.get_view());
        if (detail == span_detail::none) break;
        if (const auto route = read_route(attribute)) out.http_route = *route;
        break;
      }
      default: s.skip();
    }
  }
  return out;
}

}  // namespace sidecar
