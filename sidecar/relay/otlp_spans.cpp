#include "sidecar/relay/otlp_spans.hpp"

#include <algorithm>
#include <cstring>
#include <protozero/pbf_message.hpp>

#include "core/json_text.hpp"
#include "core/otlp_fields.hpp"

namespace sidecar {
namespace {

using protozero::pbf_message;
using protozero::pbf_wire_type;

using core::otlp::any_value;
using core::otlp::array_value;
using core::otlp::event;
using core::otlp::key_value;
using core::otlp::kvlist_value;
using core::otlp::request;
using core::otlp::resource;
using core::otlp::resource_spans;
using core::otlp::scope;
using core::otlp::scope_spans;
using core::otlp::span;
using core::otlp::status;

constexpr auto bytes = pbf_wire_type::length_delimited;
constexpr auto varint = pbf_wire_type::varint;
constexpr auto fixed64 = pbf_wire_type::fixed64;
constexpr int deepest = 16;  // of values in values
constexpr std::int32_t status_error = 2;

std::string_view text_of(protozero::data_view view) noexcept {
  return {view.data(), view.size()};
}

void append_value(std::string& out, pbf_message<any_value> value, int depth);

void append_list(std::string& out, pbf_message<array_value> values, int depth) {
  out += '[';
  while (values.next(array_value::values, bytes)) {
    if (out.back() != '[') out += ',';
    append_value(out, pbf_message<any_value>(values.get_view()), depth);
  }
  out += ']';
}

std::pair<std::string, std::string> read_pair(pbf_message<key_value> pair, int depth) {
  std::string key, value = "null";
  while (pair.next()) {
    switch (pair.tag_and_type()) {
      case tag_and_type(key_value::key, bytes): key = pair.get_string(); break;
      case tag_and_type(key_value::value, bytes):
        value.clear();
        append_value(value, pbf_message<any_value>(pair.get_view()), depth);
        break;
      default: pair.skip();
    }
  }
  return {std::move(key), std::move(value)};
}

void append_map(std::string& out, pbf_message<kvlist_value> values, int depth) {
  out += '{';
  while (values.next(kvlist_value::values, bytes)) {
    const auto [key, value] = read_pair(pbf_message<key_value>(values.get_view()), depth);
    if (out.back() != '{') out += ',';
    core::append_json_string(out, key);
    out.append(":").append(value);
  }
  out += '}';
}

void append_value(std::string& out, pbf_message<any_value> value, int depth) {
  const std::size_t before = out.size();
  while (depth < deepest && value.next()) {
    out.resize(before);  // of several the last one counts
    switch (value.tag_and_type()) {
      case tag_and_type(any_value::text, bytes):
        core::append_json_string(out, text_of(value.get_view()));
        break;
      case tag_and_type(any_value::boolean, varint):
        out += value.get_bool() ? "true" : "false";
        break;
      case tag_and_type(any_value::integer, varint):
        out += std::to_string(value.get_int64());
        break;
      case tag_and_type(any_value::number, fixed64):
        core::append_json_number(out, value.get_double());
        break;
      case tag_and_type(any_value::array, bytes):
        append_list(out, pbf_message<array_value>(value.get_view()), depth + 1);
        break;
      case tag_and_type(any_value::kvlist, bytes):
        append_map(out, pbf_message<kvlist_value>(value.get_view()), depth + 1);
        break;
      case tag_and_type(any_value::bytes, bytes):
        core::append_json_string(out, std::to_string(value.get_view().size()) + " bytes");
        break;
      default: value.skip();
    }
  }
  if (out.size() == before) out += "null";
}

/// Reads a part of a span; one that is malformed costs itself only.
template <class Read>
void read_part(Read read) {
  try {
    read();
  } catch (const protozero::exception&) {
  }
}

void add_attribute(protozero::data_view view, shown_attributes& to) {
  read_part([&] { to.push_back(read_pair(pbf_message<key_value>(view), 0)); });
}

shown_event read_event(pbf_message<event> in) {
  shown_event out;
  while (in.next()) {
    switch (in.tag_and_type()) {
      case tag_and_type(event::time, fixed64): out.time = in.get_fixed64(); break;
      case tag_and_type(event::name, bytes): out.name = in.get_string(); break;
      case tag_and_type(event::attributes, bytes):
        add_attribute(in.get_view(), out.attributes);
        break;
      default: in.skip();
    }
  }
  return out;
}

void read_status(pbf_message<status> in, shown_span& out) {
  while (in.next()) {
    switch (in.tag_and_type()) {
      case tag_and_type(status::message, bytes): out.error_message = in.get_string(); break;
      case tag_and_type(status::code, varint): out.error = in.get_int32() == status_error; break;
      default: in.skip();
    }
  }
}

template <class Id>
void read_id(protozero::data_view view, Id& id) noexcept {
  if (view.size() == id.bytes.size()) std::memcpy(id.bytes.data(), view.data(), view.size());
}

void read_span(pbf_message<span> in, shown_span& out) {
  while (in.next()) {
    switch (in.tag_and_type()) {
      case tag_and_type(span::trace_id, bytes): read_id(in.get_view(), out.trace); break;
      case tag_and_type(span::span_id, bytes): read_id(in.get_view(), out.id); break;
      case tag_and_type(span::parent_span_id, bytes): read_id(in.get_view(), out.parent); break;
      case tag_and_type(span::name, bytes): out.name = in.get_string(); break;
      case tag_and_type(span::kind, varint): out.kind = in.get_enum(); break;
      case tag_and_type(span::start, fixed64): out.start = in.get_fixed64(); break;
      case tag_and_type(span::end, fixed64): out.end = in.get_fixed64(); break;
      case tag_and_type(span::attributes, bytes):
        add_attribute(in.get_view(), out.attributes);
        break;
      case tag_and_type(span::events, bytes): {
        const auto view = in.get_view();
        read_part([&] { out.events.push_back(read_event(pbf_message<event>(view))); });
        break;
      }
      case tag_and_type(span::status, bytes): {
        const auto view = in.get_view();
        read_part([&] { read_status(pbf_message<status>(view), out); });
        break;
      }
      default: in.skip();
    }
  }
}

std::string read_scope_name(pbf_message<scope> in) {
  std::string out;
  while (in.next(scope::name, bytes)) out = in.get_string();
  return out;
}

/// The text of an attribute, when it is the one called `wanted`.
void read_text(pbf_message<key_value> pair, std::string_view wanted, std::string& out) {
  bool found = false;
  while (pair.next()) {
    switch (pair.tag_and_type()) {
      case tag_and_type(key_value::key, bytes): found = text_of(pair.get_view()) == wanted; break;
      case tag_and_type(key_value::value, bytes): {
        pbf_message<any_value> value(pair.get_view());
        while (found && value.next(any_value::text, bytes)) out = value.get_string();
        break;
      }
      default: pair.skip();
    }
  }
}

std::string read_service(pbf_message<resource_spans> in) {
  std::string out;
  while (in.next(resource_spans::resource, bytes)) {
    pbf_message<resource> res(in.get_view());
    while (res.next(resource::attributes, bytes))
      read_text(pbf_message<key_value>(res.get_view()), "service.name", out);
  }
  return out;
}

void read_scope_spans(pbf_message<scope_spans> in, const std::string& service,
                      std::vector<shown_span>& out) {
  std::string name;
  pbf_message<scope_spans> names = in;  // the scope may stand behind its spans
  while (names.next(scope_spans::scope, bytes)) {
    const auto view = names.get_view();
    read_part([&] { name = read_scope_name(pbf_message<scope>(view)); });
  }
  while (in.next(scope_spans::spans, bytes)) {
    shown_span s;
    s.service = service;
    s.scope = name;
    read_span(pbf_message<span>(in.get_view()), s);
    if (s.trace && s.id) out.push_back(std::move(s));
  }
}

void collect_trace(pbf_message<span> in, std::vector<core::trace_id>& out) {
  core::trace_id id;
  while (in.next(span::trace_id, bytes)) read_id(in.get_view(), id);
  if (id && (out.empty() || out.back() != id)) out.push_back(id);
}

/// Calls `visit` with every ScopeSpans and the resource it belongs to.
template <class Visit>
void for_each_scope(std::string_view body, Visit visit) {
  try {
    pbf_message<request> in(body.data(), body.size());
    while (in.next(request::resource_spans, bytes)) {
      const auto view = in.get_view();
      pbf_message<resource_spans> scopes(view);
      while (scopes.next(resource_spans::scope_spans, bytes))
        visit(pbf_message<scope_spans>(scopes.get_view()), pbf_message<resource_spans>(view));
    }
  } catch (const protozero::exception&) {
    // What came before is good.
  }
}

}  // namespace

std::string_view shown_span::attribute(std::string_view key) const noexcept {
  for (const auto& [name, value] : attributes)
    if (name == key) return value;
  return {};
}

std::string_view shown_span::attribute_text(std::string_view key) const noexcept {
  auto value = attribute(key);
  if (value.size() >= 2 && value.front() == '"') value = value.substr(1, value.size() - 2);
  return value;
}

std::vector<shown_span> read_otlp_spans(std::string_view body) {
  std::vector<shown_span> out;
  for_each_scope(body, [&](pbf_message<scope_spans> scope, pbf_message<resource_spans> of) {
    std::string service;
    read_part([&] { service = read_service(of); });
    read_scope_spans(scope, service, out);
  });
  return out;
}

std::vector<core::trace_id> trace_ids_of(std::string_view body) {
  std::vector<core::trace_id> out;
  for_each_scope(body, [&](pbf_message<scope_spans> scope, const auto&) {
    while (scope.next(scope_spans::spans, bytes))
      collect_trace(pbf_message<span>(scope.get_view()), out);
  });
  const auto less = [](const auto& a, const auto& b) { return a.bytes < b.bytes; };
  std::sort(out.begin(), out.end(), less);
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace sidecar
