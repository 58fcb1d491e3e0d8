#pragma once

#include <stdexcept>
#include <string>

#include <boost/json.hpp>

/// Members of Prometheus' JSON answers, strictly. For the sources that read these; pure.
namespace slo::answer {

/// An answer that is not as documented: what was wrong. Does not leave the function that reads one.
struct unexpected : std::runtime_error {
  using std::runtime_error::runtime_error;
};

inline const boost::json::value& member(const boost::json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  if (!value) throw unexpected(std::string("there is no ") + name);
  return *value;
}

inline const boost::json::object& object_of(const boost::json::value& value, const char* what) {
  const auto* object = value.if_object();
  if (!object) throw unexpected(std::string(what) + " is no object");
  return *object;
}

inline const boost::json::array& array_of(const boost::json::value& value, const char* what) {
  const auto* array = value.if_array();
  if (!array) throw unexpected(std::string(what) + " is no list");
  return *array;
}

inline std::string text_of(const boost::json::value& value, const char* what) {
  const auto* text = value.if_string();
  if (!text) throw unexpected(std::string(what) + " is no string");
  return std::string(text->data(), text->size());
}

}  // namespace slo::answer
