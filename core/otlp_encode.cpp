#include "core/otlp_encode.hpp"

#include <protozero/pbf_builder.hpp>

#include "core/otlp_fields.hpp"
#include "core/utf8.hpp"

namespace core {
namespace {

using protozero::pbf_builder;

constexpr const char* replacement = "\xef\xbf\xbd";  // U+FFFD

std::size_t utf8_prefix(std::string_view text) noexcept {
  std::size_t good = 0;
  while (const auto n = utf8_sequence(text.substr(good))) good += n;
  return good;
}

std::string mend(std::string_view text) {
  std::string mended;
  while (!text.empty()) {
    const auto good = utf8_prefix(text);
    mended += text.substr(0, good);
    text.remove_prefix(good);
    if (text.empty()) break;
    mended += replacement;
    text.remove_prefix(1);
  }
  return mended;
}

/// Writes text as a proto3 string. Texts come from peers' headers, too, and one byte that is no
/// UTF-8 would make a receiver refuse the whole batch.
template <class Field>
void add_text(pbf_builder<Field>& out, Field field, std::string_view text) {
  if (utf8_prefix(text) == text.size()) {
    out.add_string(field, text.data(), text.size());
  } else {
    out.add_string(field, mend(text));
  }
}

template <class Field, std::size_t n>
void add_id(pbf_builder<Field>& out, Field field, const std::array<std::uint8_t, n>& bytes) {
  out.add_bytes(field, reinterpret_cast<const char*>(bytes.data()), n);
}

using value_builder = pbf_builder<otlp::any_value>;
void add_value(value_builder& out, std::string_view v) {
  add_text(out, otlp::any_value::text, v);
}
void add_value(value_builder& out, bool v) {
  out.add_bool(otlp::any_value::boolean, v);
}
void add_value(value_builder& out, std::int64_t v) {
  out.add_int64(otlp::any_value::integer, v);
}
void add_value(value_builder& out, double v) {
  out.add_double(otlp::any_value::number, v);
}

template <class Field, class T>
void add_attribute(pbf_builder<Field>& parent, Field field, std::string_view key, const T& value) {
  pbf_builder<otlp::key_value> pair(parent, field);
  add_text(pair, otlp::key_value::key, key);
  value_builder any(pair, otlp::key_value::value);
  add_value(any, value);
}

void add_link(pbf_builder<otlp::span>& out, const span_link& link) {
  pbf_builder<otlp::link> w(out, otlp::span::links);
  add_id(w, otlp::link::trace_id, link.context.trace.bytes);
  add_id(w, otlp::link::span_id, link.context.span.bytes);
  w.add_fixed32(otlp::link::flags, link.context.flags);
}

void add_status(pbf_builder<otlp::span>& out, std::string_view message) {
  pbf_builder<otlp::status> w(out, otlp::span::status);
  if (!message.empty()) add_text(w, otlp::status::message, message);
  w.add_enum(otlp::status::code, otlp::status_error);
}

void add_span(pbf_builder<otlp::scope_spans>& out, const span& s) {
  pbf_builder<otlp::span> w(out, otlp::scope_spans::spans);
  add_id(w, otlp::span::trace_id, s.context.trace.bytes);
  add_id(w, otlp::span::span_id, s.context.span.bytes);
  if (s.parent) add_id(w, otlp::span::parent_span_id, s.parent.bytes);
  add_text(w, otlp::span::name, s.name);
  w.add_enum(otlp::span::kind, static_cast<std::int32_t>(s.kind));
  w.add_fixed64(otlp::span::start, s.start);
  w.add_fixed64(otlp::span::end, s.end);
  for (const auto& a : s.attributes) {
    std::visit([&](const auto& v) { add_attribute(w, otlp::span::attributes, a.key, v); }, a.value);
  }
  for (const auto& link : s.links) add_link(w, link);
  if (s.error) add_status(w, s.error_message);
  w.add_fixed32(otlp::span::flags, s.context.flags);
}

}  // namespace

std::string encode_resource(std::string_view service, std::string_view version,
                            std::string_view instance) {
  std::string encoded;
  pbf_builder<otlp::resource> out(encoded);
  const auto add = [&out](std::string_view key, std::string_view value) {
    if (!value.empty()) add_attribute(out, otlp::resource::attributes, key, value);
  };
  add("service.name", service);
  add("service.version", version);
  add("service.instance.id", instance);
  add("telemetry.sdk.name", "remora");
  add("telemetry.sdk.language", "cpp");
  add("telemetry.sdk.version", REMORA_VERSION);
  return encoded;
}

std::string encode_resource_attributes(const std::map<std::string, std::string>& attributes) {
  std::string encoded;
  pbf_builder<otlp::resource> out(encoded);
  for (const auto& [key, value] : attributes)
    add_attribute(out, otlp::resource::attributes, key, std::string_view(value));
  return encoded;
}

std::string encode_export_request(std::string_view encoded_resource, std::span<const span> spans) {
  std::string encoded;
  if (spans.empty()) return encoded;
  pbf_builder<otlp::request> out(encoded);
  pbf_builder<otlp::resource_spans> resource(out, otlp::request::resource_spans);
  resource.add_message(otlp::resource_spans::resource, encoded_resource.data(),
                       encoded_resource.size());
  pbf_builder<otlp::scope_spans> scope(resource, otlp::resource_spans::scope_spans);
  {
    pbf_builder<otlp::scope> instrumentation(scope, otlp::scope_spans::scope);
    add_text(instrumentation, otlp::scope::name, "remora");
  }
  for (const auto& s : spans) add_span(scope, s);
  return encoded;
}

std::string encode_export_response(std::uint64_t rejected, std::string_view message) {
  std::string encoded;
  if (rejected == 0 && message.empty()) return encoded;
  pbf_builder<otlp::response> out(encoded);
  pbf_builder<otlp::partial_success> partial(out, otlp::response::partial_success);
  if (rejected != 0)
    partial.add_int64(otlp::partial_success::rejected_spans, static_cast<std::int64_t>(rejected));
  if (!message.empty()) add_text(partial, otlp::partial_success::error_message, message);
  return encoded;
}

std::string encode_status(std::int32_t code, std::string_view message) {
  std::string encoded;
  pbf_builder<otlp::rpc_status> out(encoded);
  if (code != 0) out.add_int32(otlp::rpc_status::code, code);
  add_text(out, otlp::rpc_status::message, message);
  return encoded;
}

}  // namespace core
