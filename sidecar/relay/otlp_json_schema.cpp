#include "sidecar/relay/otlp_json_schema.hpp"

#include "core/otlp_fields.hpp"

namespace sidecar::otlp_json {
namespace {

namespace otlp = core::otlp;

template <class Number>
constexpr field one(std::string_view name, Number number, kind k) {
  return {name, static_cast<std::uint32_t>(number), k};
}
template <class Number>
constexpr field one(std::string_view name, Number number, message type) {
  return {name, static_cast<std::uint32_t>(number), kind::message, false, type};
}
template <class Number>
constexpr field list(std::string_view name, Number number, message type) {
  return {name, static_cast<std::uint32_t>(number), kind::message, true, type};
}
template <class Number>
constexpr field texts(std::string_view name, Number number) {
  return {name, static_cast<std::uint32_t>(number), kind::text, true};
}

constexpr field request[] = {
    list("resourceSpans", otlp::request::resource_spans, message::resource_spans)};

constexpr field resource_spans[] = {
    one("resource", otlp::resource_spans::resource, message::resource),
    list("scopeSpans", otlp::resource_spans::scope_spans, message::scope_spans),
    one("schemaUrl", otlp::resource_spans::schema_url, kind::text)};

constexpr field resource[] = {
    list("attributes", otlp::resource::attributes, message::key_value),
    one("droppedAttributesCount", otlp::resource::dropped_attributes, kind::unsigned_32),
    list("entityRefs", otlp::resource::entity_refs, message::entity_ref)};

constexpr field entity_ref[] = {one("schemaUrl", otlp::entity_ref::schema_url, kind::text),
                                one("type", otlp::entity_ref::type, kind::text),
                                texts("idKeys", otlp::entity_ref::id_keys),
                                texts("descriptionKeys", otlp::entity_ref::description_keys)};

constexpr field scope_spans[] = {one("scope", otlp::scope_spans::scope, message::scope),
                                 list("spans", otlp::scope_spans::spans, message::span),
                                 one("schemaUrl", otlp::scope_spans::schema_url, kind::text)};

constexpr field scope[] = {
    one("name", otlp::scope::name, kind::text), one("version", otlp::scope::version, kind::text),
    list("attributes", otlp::scope::attributes, message::key_value),
    one("droppedAttributesCount", otlp::scope::dropped_attributes, kind::unsigned_32)};

constexpr field span[] = {
    one("traceId", otlp::span::trace_id, kind::hex),
    one("spanId", otlp::span::span_id, kind::hex),
    one("traceState", otlp::span::trace_state, kind::text),
    one("parentSpanId", otlp::span::parent_span_id, kind::hex),
    one("name", otlp::span::name, kind::text),
    one("kind", otlp::span::kind, kind::enumeration),
    one("startTimeUnixNano", otlp::span::start, kind::fixed_64),
    one("endTimeUnixNano", otlp::span::end, kind::fixed_64),
    list("attributes", otlp::span::attributes, message::key_value),
    one("droppedAttributesCount", otlp::span::dropped_attributes, kind::unsigned_32),
    list("events", otlp::span::events, message::event),
    one("droppedEventsCount", otlp::span::dropped_events, kind::unsigned_32),
    list("links", otlp::span::links, message::link),
    one("droppedLinksCount", otlp::span::dropped_links, kind::unsigned_32),
    one("status", otlp::span::status, message::status),
    one("flags", otlp::span::flags, kind::fixed_32)};

constexpr field event[] = {
    one("timeUnixNano", otlp::event::time, kind::fixed_64),
    one("name", otlp::event::name, kind::text),
    list("attributes", otlp::event::attributes, message::key_value),
    one("droppedAttributesCount", otlp::event::dropped_attributes, kind::unsigned_32)};

constexpr field link[] = {
    one("traceId", otlp::link::trace_id, kind::hex),
    one("spanId", otlp::link::span_id, kind::hex),
    one("traceState", otlp::link::trace_state, kind::text),
    list("attributes", otlp::link::attributes, message::key_value),
    one("droppedAttributesCount", otlp::link::dropped_attributes, kind::unsigned_32),
    one("flags", otlp::link::flags, kind::fixed_32)};

constexpr field status[] = {one("message", otlp::status::message, kind::text),
                            one("code", otlp::status::code, kind::enumeration)};

constexpr field key_value[] = {one("key", otlp::key_value::key, kind::text),
                               one("value", otlp::key_value::value, message::any_value)};

constexpr field any_value[] = {one("stringValue", otlp::any_value::text, kind::text),
                               one("boolValue", otlp::any_value::boolean, kind::boolean),
                               one("intValue", otlp::any_value::integer, kind::integer),
                               one("doubleValue", otlp::any_value::number, kind::number),
                               one("arrayValue", otlp::any_value::array, message::array_value),
                               one("kvlistValue", otlp::any_value::kvlist, message::kvlist_value),
                               one("bytesValue", otlp::any_value::bytes, kind::base64)};

constexpr field array_value[] = {list("values", otlp::array_value::values, message::any_value)};
constexpr field kvlist_value[] = {list("values", otlp::kvlist_value::values, message::key_value)};

}  // namespace

std::span<const field> fields_of(message type) noexcept {
  switch (type) {
    case message::none: return {};
    case message::request: return request;
    case message::resource_spans: return resource_spans;
    case message::resource: return resource;
    case message::entity_ref: return entity_ref;
    case message::scope_spans: return scope_spans;
    case message::scope: return scope;
    case message::span: return span;
    case message::event: return event;
    case message::link: return link;
    case message::status: return status;
    case message::key_value: return key_value;
    case message::any_value: return any_value;
    case message::array_value: return array_value;
    case message::kvlist_value: return kvlist_value;
  }
  return {};
}

const field* find_field(message type, std::string_view name) noexcept {
  for (const auto& f : fields_of(type))
    if (f.name == name) return &f;
  return nullptr;
}

const char* expectation(kind k) noexcept {
  switch (k) {
    case kind::text: return "a string";
    case kind::hex: return "a string of hexadecimal digits, two a byte";
    case kind::base64: return "a string in base64";
    case kind::boolean: return "true or false";
    case kind::integer: return "a 64-bit integer, as a number or a string";
    case kind::unsigned_32:
    case kind::fixed_32: return "an integer from 0 to 4294967295";
    case kind::fixed_64:
      return "an integer from 0 to 18446744073709551615, as a number or a string";
    case kind::enumeration: return "an integer; names of enum values are not accepted";
    case kind::number: return "a number, or \"NaN\", \"Infinity\" or \"-Infinity\"";
    case kind::message: return "an object";
  }
  return "";
}

}  // namespace sidecar::otlp_json
