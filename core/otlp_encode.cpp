#include "core/otlp_encode.hpp"

#include <algorithm>
#include <limits>
#include <protozero/pbf_message.hpp>
#include <protozero/pbf_writer.hpp>
#include <type_traits>

#include "core/utf8.hpp"

namespace core {
namespace {

// Field numbers of opentelemetry-proto 1.x: only what is written or read here.
enum class request_field : protozero::pbf_tag_type { resource_spans = 1 };
enum class resource_spans_field : protozero::pbf_tag_type { resource = 1, scope_spans = 2 };
enum class scope_spans_field : protozero::pbf_tag_type { scope = 1, spans = 2 };
enum class response_field : protozero::pbf_tag_type { partial_success = 1 };
enum class partial_field : protozero::pbf_tag_type { rejected_spans = 1, error_message = 2 };
enum class span_field : protozero::pbf_tag_type {
  trace_id = 1,
  span_id = 2,
  parent_span_id = 4,
  name = 5,
  kind = 6,
  start = 7,
  end = 8,
  attributes = 9,
  links = 13,
  status = 15,
  flags = 16
};
namespace tag {
constexpr protozero::pbf_tag_type resource_attributes = 1;
constexpr protozero::pbf_tag_type scope_name = 1;
constexpr protozero::pbf_tag_type key = 1, value = 2;
constexpr protozero::pbf_tag_type string_value = 1, bool_value = 2, int_value = 3, double_value = 4;
constexpr protozero::pbf_tag_type link_trace_id = 1, link_span_id = 2, link_flags = 6;
constexpr protozero::pbf_tag_type status_message = 2, status_code = 3;
constexpr protozero::pbf_tag_type rpc_code = 1, rpc_message = 2;
}  // namespace tag

constexpr std::int32_t status_error = 2;
constexpr const char* replacement = "\xef\xbf\xbd";

/// Writes text as a proto3 string. Texts come from peers' headers, too, and one byte that is no
/// UTF-8 would make a receiver refuse the whole batch.
void add_text(protozero::pbf_writer& out, protozero::pbf_tag_type field, std::string_view text) {
  std::size_t good = 0;
  const auto advance = [&text, &good] {
    while (const auto n = utf8_sequence(text.substr(good))) good += n;
  };
  advance();
  if (good == text.size()) return out.add_string(field, text.data(), text.size());
  std::string mended;
  while (!text.empty()) {
    mended += text.substr(0, good);
    text.remove_prefix(good);
    if (!text.empty()) {
      mended += replacement;
      text.remove_prefix(1);
    }
    good = 0;
    advance();
  }
  out.add_string(field, mended);
}

template <std::size_t n>
void add_id(protozero::pbf_writer& out, protozero::pbf_tag_type field,
            const std::array<std::uint8_t, n>& bytes) {
  out.add_bytes(field, reinterpret_cast<const char*>(bytes.data()), n);
}

void add_value(protozero::pbf_writer& out, const std::string& v) {
  add_text(out, tag::string_value, v);
}
void add_value(protozero::pbf_writer& out, bool v) { out.add_bool(tag::bool_value, v); }
void add_value(protozero::pbf_writer& out, std::int64_t v) { out.add_int64(tag::int_value, v); }
void add_value(protozero::pbf_writer& out, double v) { out.add_double(tag::double_value, v); }

template <class T>
void add_attribute(protozero::pbf_writer& parent, protozero::pbf_tag_type field,
                   std::string_view key, const T& value) {
  protozero::pbf_writer pair(parent, field);
  add_text(pair, tag::key, key);
  protozero::pbf_writer any(pair, tag::value);
  add_value(any, value);
}

constexpr protozero::pbf_tag_type number(span_field f) noexcept {
  return static_cast<protozero::pbf_tag_type>(f);
}

void add_link(protozero::pbf_writer& out, const span_link& link) {
  protozero::pbf_writer w(out, number(span_field::links));
  add_id(w, tag::link_trace_id, link.context.trace.bytes);
  add_id(w, tag::link_span_id, link.context.span.bytes);
  w.add_fixed32(tag::link_flags, link.context.flags);
}

void add_span(protozero::pbf_writer& out, const span& s) {
  protozero::pbf_writer w(out, static_cast<protozero::pbf_tag_type>(scope_spans_field::spans));
  add_id(w, number(span_field::trace_id), s.context.trace.bytes);
  add_id(w, number(span_field::span_id), s.context.span.bytes);
  if (s.parent) add_id(w, number(span_field::parent_span_id), s.parent.bytes);
  add_text(w, number(span_field::name), s.name);
  w.add_enum(number(span_field::kind), static_cast<std::int32_t>(s.kind));
  w.add_fixed64(number(span_field::start), s.start);
  w.add_fixed64(number(span_field::end), s.end);
  for (const auto& a : s.attributes) {
    std::visit([&](const auto& v) { add_attribute(w, number(span_field::attributes), a.key, v); },
               a.value);
  }
  for (const auto& link : s.links) add_link(w, link);
  if (s.error) {
    protozero::pbf_writer status(w, number(span_field::status));
    if (!s.error_message.empty()) add_text(status, tag::status_message, s.error_message);
    status.add_enum(tag::status_code, status_error);
  }
  w.add_fixed32(number(span_field::flags), s.context.flags);
}

/// Thrown while walking, beside protozero's own exceptions; never leaves this file.
struct bad_span : protozero::exception {
  const char* what() const noexcept override { return "span without valid ids"; }
};

bool is_id(protozero::data_view bytes, std::size_t size) noexcept {
  return bytes.size() == size &&
         std::any_of(bytes.data(), bytes.data() + size, [](char c) { return c != 0; });
}

void check_span(protozero::pbf_message<span_field> s) {
  using protozero::pbf_wire_type;
  bool trace = false, id = false;
  while (s.next()) {
    switch (s.tag_and_type()) {
      case tag_and_type(span_field::trace_id, pbf_wire_type::length_delimited):
        trace = is_id(s.get_view(), sizeof(trace_id::bytes));
        break;
      case tag_and_type(span_field::span_id, pbf_wire_type::length_delimited):
        id = is_id(s.get_view(), sizeof(span_id::bytes));
        break;
      default: s.skip();
    }
  }
  if (!trace || !id) throw bad_span();
}

std::uint64_t check_scope(protozero::pbf_message<scope_spans_field> scope) {
  std::uint64_t spans = 0;
  while (scope.next()) {
    if (scope.tag_and_type() == tag_and_type(scope_spans_field::spans,
                                             protozero::pbf_wire_type::length_delimited)) {
      check_span(scope.get_message());
      ++spans;
    } else {
      scope.skip();
    }
  }
  return spans;
}

std::uint64_t check_resource(protozero::pbf_message<resource_spans_field> resource) {
  std::uint64_t spans = 0;
  while (resource.next()) {
    if (resource.tag_and_type() == tag_and_type(resource_spans_field::scope_spans,
                                                protozero::pbf_wire_type::length_delimited)) {
      spans += check_scope(resource.get_message());
    } else {
      resource.skip();
    }
  }
  return spans;
}

export_outcome read_partial(protozero::pbf_message<partial_field> partial) {
  using protozero::pbf_wire_type;
  export_outcome outcome;
  while (partial.next()) {
    switch (partial.tag_and_type()) {
      case tag_and_type(partial_field::rejected_spans, pbf_wire_type::varint):
        outcome.rejected = static_cast<std::uint64_t>(std::max<std::int64_t>(0, partial.get_int64()));
        break;
      case tag_and_type(partial_field::error_message, pbf_wire_type::length_delimited):
        outcome.message = partial.get_string();
        break;
      default: partial.skip();
    }
  }
  return outcome;
}

}  // namespace

std::string encode_resource(std::string_view service, std::string_view version,
                            std::string_view instance) {
  std::string encoded;
  protozero::pbf_writer out(encoded);
  const auto add = [&out](std::string_view key, std::string_view value) {
    if (!value.empty()) add_attribute(out, tag::resource_attributes, key, std::string(value));
  };
  add("service.name", service);
  add("service.version", version);
  add("service.instance.id", instance);
  add("telemetry.sdk.name", "remora");
  add("telemetry.sdk.language", "cpp");
  add("telemetry.sdk.version", REMORA_VERSION);
  return encoded;
}

std::string encode_export_request(std::string_view encoded_resource, std::span<const span> spans) {
  std::string encoded;
  if (spans.empty()) return encoded;
  protozero::pbf_writer out(encoded);
  protozero::pbf_writer resource(
      out, static_cast<protozero::pbf_tag_type>(request_field::resource_spans));
  resource.add_message(static_cast<protozero::pbf_tag_type>(resource_spans_field::resource),
                       encoded_resource.data(), encoded_resource.size());
  protozero::pbf_writer scope(
      resource, static_cast<protozero::pbf_tag_type>(resource_spans_field::scope_spans));
  {
    protozero::pbf_writer instrumentation(
        scope, static_cast<protozero::pbf_tag_type>(scope_spans_field::scope));
    add_text(instrumentation, tag::scope_name, "remora");
  }
  for (const auto& s : spans) add_span(scope, s);
  return encoded;
}

boost::system::result<request_summary> inspect_export_request(std::string_view body) {
  request_summary summary;
  try {
    protozero::pbf_message<request_field> request(body.data(), body.size());
    while (request.next()) {
      if (request.tag_and_type() == tag_and_type(request_field::resource_spans,
                                                 protozero::pbf_wire_type::length_delimited)) {
        summary.spans += check_resource(request.get_message());
      } else {
        request.skip();
      }
    }
  } catch (const protozero::exception&) {
    return make_error_code(errc::malformed);
  }
  return summary;
}

boost::system::result<export_outcome> decode_export_response(std::string_view body) {
  export_outcome outcome;
  try {
    protozero::pbf_message<response_field> response(body.data(), body.size());
    while (response.next()) {
      if (response.tag_and_type() == tag_and_type(response_field::partial_success,
                                                  protozero::pbf_wire_type::length_delimited)) {
        outcome = read_partial(response.get_message());
      } else {
        response.skip();
      }
    }
  } catch (const protozero::exception&) {
    return make_error_code(errc::malformed);
  }
  return outcome;
}

std::string encode_status(std::int32_t code, std::string_view message) {
  std::string encoded;
  protozero::pbf_writer out(encoded);
  if (code != 0) out.add_int32(tag::rpc_code, code);
  add_text(out, tag::rpc_message, message);
  return encoded;
}

}  // namespace core
