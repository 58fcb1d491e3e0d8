#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probe/replay/bundle.hpp"

/// What is different between a run and its repetition.
namespace probe {

/// One line of a compared text: ' ' in both, '-' only then, '+' only now, '~' some are left out.
struct diff_line {
  char mark = ' ';
  std::string text;
};

/// The lines of two texts against each other: changed ones with two lines around them, at most
/// `most` lines of at most 200 bytes. JSON is laid out first, so that lines mean something. Texts
/// of more than 2,000 lines are compared up to there.
std::vector<diff_line> compare_texts(const std::string& then, const std::string& now,
                                     std::size_t most = 40);

/// A value then and now; nullopt where there was none.
struct changed_value {
  std::string name;
  std::optional<std::string> then, now;
};

struct step_diff {
  std::string name;
  bundle_step then, now;
  std::vector<changed_value> values;   ///< outcome, verdict, status, attempts, peer, sizes
  std::vector<changed_value> headers;  ///< of the answer, where both show their values
  std::vector<diff_line> body;         ///< nothing when it is the same, or was not written down

  bool same() const noexcept { return values.empty() && headers.empty() && body.empty(); }
};

struct bundle_diff {
  bundle then, now;
  bool same_configuration = true;
  std::vector<step_diff> steps;
};

/// Compares a bundle with the one of its repetition.
bundle_diff compare_bundles(bundle then, bundle now);

/// For a person: a step after the other, phases beside each other.
std::string diff_text(const bundle_diff& d);
/// For programs: format `remora-replay`, version 1.
std::string diff_json(const bundle_diff& d);

}  // namespace probe
