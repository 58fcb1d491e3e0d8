#pragma once

#include <optional>
#include <string>
#include <vector>

#include "slo/evidence/correction.hpp"
#include "slo/evidence/evidence.hpp"

/// Where a number comes from: every query, series, gap and reset, and each term of the arithmetic
/// with its value. The same functions count here as in `report --raw`, so both agree exactly.
namespace slo {

/// What one series adds.
struct explained_series {
  std::string name;
  std::size_t samples = 0;       ///< within the window
  std::optional<sample> before;  ///< the last one not after the window's begin: where it stood
  sample first, last;            ///< within the window; meaningless without samples
  std::int64_t events = 0;
  bool unknown_start = false;  ///< its first value is left out
  bool born = false;           ///< its first value counts
  std::vector<counter_step> resets;
  std::vector<scrape_gap> gaps;
  double seconds_without_data = 0;
};

/// One of the two counters.
struct explained_query {
  std::string role;   ///< `total`, `good`, `bad`
  std::string query;  ///< as the SLO has it
  std::string asked;  ///< what Prometheus was asked, without the slices of time
  std::vector<explained_series> series;
  std::int64_t events = 0;
};

/// One term: `bad = total - good`, `= 2500 - 2450`, `= 50`.
struct explained_term {
  std::string name;
  std::string formula;
  std::string values;
  std::optional<double> value;
};

/// A member of a composite.
struct explained_member {
  std::string id;
  double weight = 1;
  std::optional<double> burn_rate;
};

struct explanation {
  objective what;
  evidence seen;                               ///< from raw samples
  std::optional<evidence> rules;               ///< what the recording rules say of the same time
  std::optional<corrected_numbers> corrected;  ///< of the evidence from raw samples
  std::vector<explained_query> queries;        ///< of counters
  std::vector<explained_member> members;
  std::vector<explained_term> terms;
};

/// `samples` are those that the evidence is of; null where there are no counters. Pure.
explanation explain(const objective& o, const evidence& seen, const raw_samples* samples);
/// The terms of the arithmetic from evidence, corrections and members of `e`, which have to be set.
std::vector<explained_term> terms_of(const explanation& e);

std::string explanation_text(const explanation& e);
std::string explanation_json(const explanation& e);

}  // namespace slo
