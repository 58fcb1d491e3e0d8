#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// JUnit XML, in the elements and attributes that the schemas of Ant and Jenkins have in common.
/// Any text may be given: what XML cannot contain is replaced.
namespace core {

/// Why a case did not pass.
struct junit_problem {
  std::string_view type;
  std::string_view message;  ///< one line
  std::string_view text;     ///< all of it
};

/// The cases of one suite, in the order in which they are added. Pure.
class junit_suite {
 public:
  explicit junit_suite(std::string name) : name_(std::move(name)) {}

  void passed(std::string_view name, double seconds = 0);
  /// What was tested is not as it should be.
  void failed(std::string_view name, double seconds, const junit_problem& why);
  /// The test could not say. Many readers take "skipped" for success, so this is the element for
  /// what must not look like it.
  void undecided(std::string_view name, const junit_problem& why);
  void skipped(std::string_view name);
  /// One of its own, beside those of every suite.
  void property(std::string name, std::string value) {
    properties_.emplace_back(std::move(name), std::move(value));
  }
  /// Text of `system-out`.
  void say(std::string text) { out_ = std::move(text); }

 private:
  friend std::string junit_xml(const std::vector<junit_suite>&, const struct junit_facts&);
  void add(std::string_view name, double seconds, std::string_view body);

  std::string name_, cases_, out_;
  std::vector<std::pair<std::string, std::string>> properties_;
  double seconds_ = 0;
  std::size_t tests_ = 0, failures_ = 0, errors_ = 0, skipped_ = 0;
};

/// What is said of every suite.
struct junit_facts {
  std::string package;
  std::string host;       ///< where the tests ran
  std::string timestamp;  ///< `2026-01-31T10:00:00`, UTC
  std::vector<std::pair<std::string, std::string>> properties;
};

std::string junit_xml(const std::vector<junit_suite>& suites, const junit_facts& facts);

}  // namespace core
