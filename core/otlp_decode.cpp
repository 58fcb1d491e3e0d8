#include <algorithm>
#include <protozero/pbf_message.hpp>

#include "core/otlp_encode.hpp"
#include "core/otlp_fields.hpp"

namespace core {
namespace {

using protozero::pbf_message;
using protozero::pbf_wire_type;

/// Thrown while walking, beside protozero's own exceptions; never leaves this file.
struct bad_span : protozero::exception {
  const char* what() const noexcept override { return "span without valid ids"; }
};

/// Calls `visit` with every submessage in `field`; returns the sum of what it returns.
template <class Child, class Field, class Visit>
std::uint64_t sum_over(pbf_message<Field> message, Field field, Visit visit) {
  std::uint64_t sum = 0;
  while (message.next()) {
    if (message.tag_and_type() == tag_and_type(field, pbf_wire_type::length_delimited)) {
      sum += visit(pbf_message<Child>(message.get_view()));
    } else {
      message.skip();
    }
  }
  return sum;
}

bool is_id(protozero::data_view bytes, std::size_t size) noexcept {
  return bytes.size() == size &&
         std::any_of(bytes.data(), bytes.data() + size, [](char c) { return c != 0; });
}

std::uint64_t check_span(pbf_message<otlp::span> s) {
  bool trace = false, id = false;
  while (s.next()) {
    switch (s.tag_and_type()) {
      case tag_and_type(otlp::span::trace_id, pbf_wire_type::length_delimited):
        trace = is_id(s.get_view(), sizeof(trace_id::bytes));
        break;
      case tag_and_type(otlp::span::span_id, pbf_wire_type::length_delimited):
        id = is_id(s.get_view(), sizeof(span_id::bytes));
        break;
      default: s.skip();
    }
  }
  if (!trace || !id) throw bad_span();
  return 1;
}

std::uint64_t check_scope(pbf_message<otlp::scope_spans> scope) {
  return sum_over<otlp::span>(scope, otlp::scope_spans::spans, check_span);
}

std::uint64_t check_resource(pbf_message<otlp::resource_spans> resource) {
  return sum_over<otlp::scope_spans>(resource, otlp::resource_spans::scope_spans, check_scope);
}

export_outcome read_partial(pbf_message<otlp::partial_success> partial) {
  export_outcome outcome;
  while (partial.next()) {
    switch (partial.tag_and_type()) {
      case tag_and_type(otlp::partial_success::rejected_spans, pbf_wire_type::varint):
        outcome.rejected =
            static_cast<std::uint64_t>(std::max<std::int64_t>(0, partial.get_int64()));
        break;
      case tag_and_type(otlp::partial_success::error_message, pbf_wire_type::length_delimited):
        outcome.message = partial.get_string();
        break;
      default: partial.skip();
    }
  }
  return outcome;
}

}  // namespace

boost::system::result<request_summary> inspect_export_request(std::string_view body) {
  try {
    const pbf_message<otlp::request> request(body.data(), body.size());
    return request_summary{
        sum_over<otlp::resource_spans>(request, otlp::request::resource_spans, check_resource)};
  } catch (const protozero::exception&) {
    return make_error_code(errc::malformed);
  }
}

boost::system::result<export_outcome> decode_export_response(std::string_view body) {
  try {
    export_outcome outcome;
    const pbf_message<otlp::response> response(body.data(), body.size());
    sum_over<otlp::partial_success>(response, otlp::response::partial_success, [&](auto partial) {
      outcome = read_partial(partial);
      return 0;
    });
    return outcome;
  } catch (const protozero::exception&) {
    return make_error_code(errc::malformed);
  }
}

}  // namespace core
