#include "probe/replay/object_reader.hpp"

#include <cmath>

namespace probe {
namespace {

namespace json = boost::json;

bool number(const json::value& from, double& into) {
  if (!from.is_number()) return false;
  into = from.is_double() ? from.get_double() : from.to_number<double>();
  return std::isfinite(into);
}

}  // namespace

object_reader::object_reader(const json::value& from, std::string path,
                             std::vector<std::string>& problems)
    : object_(from.if_object()), path_(std::move(path)), problems_(problems) {
  if (!object_) problem("", "is no object");
}

std::string object_reader::path_of(std::string_view name) const {
  return path_ + (path_.empty() || name.empty() ? "" : ".") + std::string(name);
}

void object_reader::problem(std::string_view member, std::string_view what) const {
  problems_.push_back(path_of(member) + ": " + std::string(what));
}

const json::value* object_reader::member(const char* name, bool needed) const {
  const auto* found = object_ ? object_->if_contains(name) : nullptr;
  if (!found && object_ && needed) problem(name, "is missing");
  return found;
}

template <class Body>
void object_reader::each_member(const char* name, Body body) const {
  const auto* value = member(name);
  if (!value) return;
  if (!value->is_object()) return problem(name, "is no object");
  for (const auto& [key, one] : value->get_object())
    body(std::string(key), one, std::string(name) + "." + std::string(key));
}

void object_reader::read(const char* name, std::string& into, bool needed) const {
  const auto* value = member(name, needed);
  if (value && value->is_string())
    into = value->get_string();
  else if (value)
    problem(name, "is no text");
}

void object_reader::read(const char* name, bool& into) const {
  const auto* value = member(name);
  if (value && value->is_bool())
    into = value->get_bool();
  else if (value)
    problem(name, "is neither true nor false");
}

void object_reader::read(const char* name, double& into) const {
  const auto* value = member(name);
  double seconds = 0;
  if (value && number(*value, seconds))
    into = seconds;
  else if (value)
    problem(name, "is no number of seconds");
}

void object_reader::read(const char* name, std::optional<std::string>& into) const {
  const auto* value = member(name);
  if (!value || value->is_null()) return;
  if (value->is_string())
    into = std::string(value->get_string());
  else
    problem(name, "is neither text nor null");
}

void object_reader::read(const char* name, std::vector<std::string>& into) const {
  each(name, [&](const json::value& one, const std::string& path) {
    if (one.is_string())
      into.emplace_back(one.get_string());
    else
      problems_.push_back(path + ": is no text");
  });
}

void object_reader::read(const char* name, named_seconds& into) const {
  each_member(name, [&](std::string key, const json::value& one, const std::string& path) {
    double seconds = 0;
    if (number(one, seconds))
      into.emplace_back(std::move(key), seconds);
    else
      problem(path, "is no number of seconds");
  });
}

void object_reader::read(const char* name, named_texts& into) const {
  each_member(name, [&](std::string key, const json::value& one, const std::string& path) {
    if (one.is_string())
      into.emplace_back(std::move(key), one.get_string());
    else
      problem(path, "is no text");
  });
}

void object_reader::read_pairs(const char* name, named_texts& into) const {
  each(name, [&](const json::value& one, const std::string& path) {
    const auto* pair = one.if_array();
    if (pair && pair->size() == 2 && (*pair)[0].is_string() && (*pair)[1].is_string())
      into.emplace_back((*pair)[0].get_string(), (*pair)[1].get_string());
    else
      problems_.push_back(path + ": is no pair of name and value");
  });
}

}  // namespace probe
