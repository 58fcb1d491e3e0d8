#pragma once

#include <cstddef>
#include <optional>
#include <protozero/pbf_message.hpp>
#include <string_view>

/// Walking over encoded protobuf messages. All of it throws protozero's exceptions for what is
/// malformed. For sources that use protozero.
namespace sidecar::otlp_walk {

inline constexpr auto bytes_field = protozero::pbf_wire_type::length_delimited;

inline std::string_view text(protozero::data_view view) noexcept {
  return {view.data(), view.size()};
}

template <class Field>
protozero::pbf_message<Field> message_in(std::string_view bytes) noexcept {
  return protozero::pbf_message<Field>(bytes.data(), bytes.size());
}

template <class Field>
bool is(const protozero::pbf_message<Field>& message, Field field) noexcept {
  return message.tag_and_type() == protozero::tag_and_type(field, bytes_field);
}

/// Calls `each` with the bytes of every field of a message: all of them with tag and length, and
/// the content when it is `field`.
template <class Field, class Each>
void for_each_field(std::string_view bytes, Field field, Each each) {
  auto message = message_in<Field>(bytes);
  const char* begin = bytes.data();
  while (message.next()) {
    std::optional<std::string_view> content;
    if (is(message, field)) {
      content = text(message.get_view());
    } else {
      message.skip();
    }
    const char* const end = message.data().data();
    each(std::string_view(begin, static_cast<std::size_t>(end - begin)), content);
    begin = end;
  }
}

/// The contents of one repeated message field.
template <class Field, class Each>
void for_each(std::string_view bytes, Field field, Each each) {
  for (auto message = message_in<Field>(bytes); message.next();) {
    if (is(message, field)) {
      each(text(message.get_view()));
    } else {
      message.skip();
    }
  }
}

}  // namespace sidecar::otlp_walk
