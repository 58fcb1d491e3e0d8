#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace core {

/// Builds one JSON object, members in the order in which they are added.
class json_object {
 public:
  json_object& text(std::string_view name, std::string_view value);
  json_object& number(std::string_view name, double value);
  json_object& number(std::string_view name, std::optional<double> value);  ///< null when absent
  json_object& count(std::string_view name, std::int64_t value);
  json_object& boolean(std::string_view name, bool value);
  /// Something that is JSON already.
  json_object& raw(std::string_view name, std::string_view json);

  std::string take() const;

 private:
  void name(std::string_view name);
  std::string out_ = "{";
};

/// Builds one JSON list of values that are JSON already.
class json_list {
 public:
  void add(std::string_view json);
  std::string take() const;

 private:
  std::string out_ = "[";
};

}  // namespace core
