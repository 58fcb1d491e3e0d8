#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/command_line.hpp"
#include "core/config_types.hpp"
#include "slo/evidence/correction.hpp"
#include "slo/evidence/time_series.hpp"
#include "slo/model/objective.hpp"

/// What the arguments of several commands mean, and how a command ends when they mean nothing.
namespace slo {

/// An argument that cannot be used; the message names it.
struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Files with problems; they have been written to standard error.
struct data_error {};

/// Objectives of files and folders; throws data_error.
std::vector<objective> load(const std::vector<std::string>& paths);

/// The corrections beside them; throws data_error.
std::vector<correction> load_corrections_of(const std::vector<std::string>& paths,
                                            const std::vector<objective>& objectives);

unix_millis now_millis();

// Each throws usage_error.
unix_millis time_argument(const std::optional<std::string>& text, const char* name,
                          unix_millis otherwise);
std::optional<unix_millis> window_argument(const std::optional<std::string>& text);
core::base_url prometheus_argument(const std::string& text);
/// A decimal number, all of the text; nullopt when it is none.
std::optional<double> number_argument(std::string_view text);

/// Says what is wrong with an argument on standard error, and gives the exit code.
int wrong_usage(const usage_error& what);

/// Runs a command and says what its arguments or files have wrong.
template <class Body>
int run_command(Body body) {
  try {
    return body();
  } catch (const usage_error& e) {
    return wrong_usage(e);
  } catch (const data_error&) {
    return core::exit_data;
  }
}

}  // namespace slo
