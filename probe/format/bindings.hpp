#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "core/config_types.hpp"
#include "core/random_source.hpp"
#include "probe/format/template_text.hpp"

namespace probe {

/// What `${target.NAME}` and `${secret.NAME}` stand for. Constant while scenarios use it.
struct bindings {
  std::map<std::string, core::base_url> targets;
  std::map<std::string, core::secret> secrets;

  /// `text` with every secret in it shown as `<secret>`, also where it was cut, percent-encoded or
  /// written as JSON; for whatever is logged, kept or shown.
  std::string mask(std::string text) const;

  friend bool operator==(const bindings&, const bindings&) = default;
};

/// The values that one run has collected. Lives as long as the run, on its worker.
class run_values {
 public:
  run_values(const bindings& constants, core::random_source& random)
      : constants_(constants), random_(random) {}

  void set(const std::string& variable, std::string value) {
    variables_[variable] = std::move(value);
  }
  bool has(const std::string& variable) const { return variables_.contains(variable); }

  /// References as they are, `${uuid}` new at each place.
  template_text::lookup plain() const;
  /// For a URL: what may not stand in one is percent-encoded in variables, so that a value out of
  /// an answer can neither end the request line nor add a fragment. Reserved characters stay.
  template_text::lookup for_url() const;

 private:
  std::optional<std::string> value_of(const template_reference& reference) const;
  const bindings& constants_;
  core::random_source& random_;
  std::map<std::string, std::string> variables_;
};

/// A random UUID (RFC 9562, version 4).
std::string new_uuid(core::random_source& random);

}  // namespace probe
