#pragma once

#include <cstdint>
#include <protozero/types.hpp>

/// Field numbers of opentelemetry-proto 1.x (trace/v1, common/v1, collector/trace/v1) and of
/// google.rpc.Status: only what is written or read here. For sources that use protozero.
namespace core::otlp {

enum class request : protozero::pbf_tag_type { resource_spans = 1 };
enum class resource_spans : protozero::pbf_tag_type {
  resource = 1,
  scope_spans = 2,
  schema_url = 3
};
enum class resource : protozero::pbf_tag_type {
  attributes = 1,
  dropped_attributes = 2,
  entity_refs = 3
};
enum class entity_ref : protozero::pbf_tag_type {
  schema_url = 1,
  type = 2,
  id_keys = 3,
  description_keys = 4
};
enum class scope_spans : protozero::pbf_tag_type { scope = 1, spans = 2, schema_url = 3 };
enum class scope : protozero::pbf_tag_type {
  name = 1,
  version = 2,
  attributes = 3,
  dropped_attributes = 4
};
enum class span : protozero::pbf_tag_type {
  trace_id = 1,
  span_id = 2,
  trace_state = 3,
  parent_span_id = 4,
  name = 5,
  kind = 6,
  start = 7,
  end = 8,
  attributes = 9,
  dropped_attributes = 10,
  events = 11,
  dropped_events = 12,
  links = 13,
  dropped_links = 14,
  status = 15,
  flags = 16
};
enum class event : protozero::pbf_tag_type {
  time = 1,
  name = 2,
  attributes = 3,
  dropped_attributes = 4
};
enum class link : protozero::pbf_tag_type {
  trace_id = 1,
  span_id = 2,
  trace_state = 3,
  attributes = 4,
  dropped_attributes = 5,
  flags = 6
};
enum class status : protozero::pbf_tag_type { message = 2, code = 3 };
enum class key_value : protozero::pbf_tag_type { key = 1, value = 2 };
enum class any_value : protozero::pbf_tag_type {
  text = 1,
  boolean = 2,
  integer = 3,
  number = 4,
  array = 5,
  kvlist = 6,
  bytes = 7
};
enum class array_value : protozero::pbf_tag_type { values = 1 };
enum class kvlist_value : protozero::pbf_tag_type { values = 1 };
enum class response : protozero::pbf_tag_type { partial_success = 1 };
enum class partial_success : protozero::pbf_tag_type { rejected_spans = 1, error_message = 2 };
enum class rpc_status : protozero::pbf_tag_type { code = 1, message = 2 };

inline constexpr std::int32_t status_error = 2;

}  // namespace core::otlp
