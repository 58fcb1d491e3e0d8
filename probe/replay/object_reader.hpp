#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "probe/replay/bundle.hpp"

namespace probe {

/// One object of a JSON file; what is wrong with its members is added to `problems`, with their
/// path, and leaves what it would be read into as it was. What it is given outlives it.
class object_reader {
 public:
  object_reader(const boost::json::value& from, std::string path,
                std::vector<std::string>& problems);

  void problem(std::string_view member, std::string_view what) const;
  std::vector<std::string>& problems() const { return problems_; }

  void read(const char* name, std::string& into, bool needed = true) const;
  void read(const char* name, bool& into) const;
  void read(const char* name, double& into) const;
  /// Null or a text.
  void read(const char* name, std::optional<std::string>& into) const;
  void read(const char* name, std::vector<std::string>& into) const;
  void read(const char* name, named_seconds& into) const;
  /// An object of texts.
  void read(const char* name, named_texts& into) const;
  /// A list of pairs of texts.
  void read_pairs(const char* name, named_texts& into) const;
  /// A number that is not negative.
  template <class Whole>
  void read_whole(const char* name, Whole& into) const {
    const auto* value = member(name);
    if (!value) return;
    const auto* whole = value->if_int64();
    if (whole && *whole >= 0 && std::in_range<Whole>(*whole))
      into = static_cast<Whole>(*whole);
    else
      problem(name, "is no whole number");
  }

  /// A member that is an object.
  template <class Body>
  void inside(const char* name, Body body) const {
    if (const auto* value = member(name)) body(object_reader(*value, path_of(name), problems_));
  }
  /// The items of a list, with their paths.
  template <class Body>
  void each(const char* name, Body body) const {
    const auto* value = member(name);
    if (!value) return;
    if (!value->is_array()) return problem(name, "is no list");
    std::size_t i = 0;
    for (const auto& one : value->get_array())
      body(one, path_of(name) + "[" + std::to_string(i++) + "]");
  }

 private:
  /// Null (and a problem, unless it may be missing) when there is none.
  const boost::json::value* member(const char* name, bool needed = true) const;
  /// The members of a member that is an object.
  template <class Body>
  void each_member(const char* name, Body body) const;
  std::string path_of(std::string_view name) const;

  const boost::json::object* object_;
  std::string path_;
  std::vector<std::string>& problems_;
};

}  // namespace probe
