#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/config_types.hpp"
#include "core/random_source.hpp"
#include "probe/format/endpoint.hpp"
#include "probe/format/template_text.hpp"

namespace probe {

class secret_mask;

/// What `${target.NAME}` and `${secret.NAME}` stand for. Constant while scenarios use it.
struct bindings {
  std::map<std::string, core::base_url> targets;
  std::map<std::string, core::secret> secrets;

  /// The spellings of the secrets, made once instead of with each `mask`; null before `prepare`.
  std::shared_ptr<const secret_mask> prepared{};

  /// To be called when the secrets are complete.
  void prepare();
  /// `text` with every secret in it shown as `<secret>`, also where it was cut or encoded (see
  /// secret_mask); for whatever is logged, kept or shown.
  std::string mask(std::string text) const;

  friend bool operator==(const bindings& a, const bindings& b) {
    return a.targets == b.targets && a.secrets == b.secrets;
  }
};

/// The values that one run has collected. Lives as long as the run, on its worker.
class run_values {
 public:
  run_values(const bindings& constants, core::random_source& random)
      : run_values(constants, random, nullptr) {}
  /// With `about`, which outlives it, also `${endpoint.NAME}`; its `base` is `${target.base}` then.
  run_values(const bindings& constants, core::random_source& random, const endpoint* about)
      : constants_(constants), random_(random), about_(about) {}

  void set(const std::string& variable, std::string value) {
    variables_[variable] = std::move(value);
  }
  bool has(const std::string& variable) const { return variables_.contains(variable); }
  const std::map<std::string, std::string>& variables() const noexcept { return variables_; }

  /// Begins an attempt: `${uuid}` gives the values of `again` in their order, as long as there are
  /// any, and new ones then. What it gives from here on is `drawn`.
  void begin(const std::vector<std::string>& again = {}) const {
    drawn_.clear();
    again_ = again;
  }
  const std::vector<std::string>& drawn() const noexcept { return drawn_; }
  /// Takes over what a copy of this has drawn.
  void take_draws(const run_values& copy) const {
    drawn_ = copy.drawn_;
    again_ = copy.again_;
  }

  /// References as they are, `${uuid}` new at each place.
  template_text::lookup plain() const;
  /// For a URL: what may not stand in one is percent-encoded in variables, so that a value out of
  /// an answer can neither end the request line nor add a fragment. Reserved characters stay.
  template_text::lookup for_url() const;

 private:
  std::optional<std::string> value_of(const template_reference& reference) const;
  const bindings& constants_;
  core::random_source& random_;
  std::string draw() const;
  const endpoint* about_;  // null: none
  std::map<std::string, std::string> variables_;
  mutable std::vector<std::string> drawn_;  // as lookups are, const for who renders
  mutable std::vector<std::string> again_;
};

/// A random UUID (RFC 9562, version 4).
std::string new_uuid(core::random_source& random);

}  // namespace probe
