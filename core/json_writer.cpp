#include "core/json_writer.hpp"

#include "core/json_text.hpp"

namespace core {

void json_object::name(std::string_view name) {
  if (out_.size() > 1) out_ += ',';
  core::append_json_string(out_, name);
  out_ += ':';
}

json_object& json_object::text(std::string_view key, std::string_view value) {
  name(key);
  core::append_json_string(out_, value);
  return *this;
}

json_object& json_object::number(std::string_view key, double value) {
  name(key);
  core::append_json_number(out_, value);
  return *this;
}

json_object& json_object::number(std::string_view key, std::optional<double> value) {
  return value ? number(key, *value) : raw(key, "null");
}

json_object& json_object::count(std::string_view key, std::int64_t value) {
  return raw(key, std::to_string(value));
}

json_object& json_object::boolean(std::string_view key, bool value) {
  return raw(key, value ? "true" : "false");
}

json_object& json_object::raw(std::string_view key, std::string_view json) {
  name(key);
  out_ += json;
  return *this;
}

std::string json_object::take() const {
  return out_ + "}";
}

void json_list::add(std::string_view json) {
  if (out_.size() > 1) out_ += ',';
  out_ += json;
}

std::string json_list::take() const {
  return out_ + "]";
}

}  // namespace core
