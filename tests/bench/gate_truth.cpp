// How often the release gate is wrong, and how long it takes: a table of simulated releases.
//   gate_truth [RELEASES [FILE]]   prints it, or writes it between the marks of a document
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <random>
#include <string>
#include <string_view>

#include "core/file_io.hpp"
#include "slo/gate/simulated_release.hpp"
#include "slo/gate/two_samples.hpp"

namespace {

constexpr double alpha = 0.05;
constexpr double budget = 0.01;
constexpr std::uint64_t seed = 20261121;
constexpr std::string_view begin_mark = "<!-- gate_truth: begin -->\n";
constexpr std::string_view end_mark = "<!-- gate_truth: end -->";

std::string percent(double share, int digits = 2) {
  char text[32];
  std::snprintf(text, sizeof text, "%.*f %%", digits, share * 100);
  return text;
}

/// A share that is a wrong verdict stands out.
std::string cell(double share, bool wrong) {
  return wrong ? "**" + percent(share) + "**" : percent(share);
}

std::string events(std::int64_t n) {
  return n < 0 ? "–" : std::to_string(n);
}

struct counted {
  double passed = 0, failed = 0;
  std::int64_t half = -1;
};

std::string row(const std::string& what, double truth, double limit, const counted& c) {
  return "| " + what + " | " + percent(truth) + " | " + cell(c.passed, truth >= limit) + " | " +
         cell(c.failed, truth <= limit) + " | " + percent(std::max(0.0, 1 - c.passed - c.failed)) +
         " | " + events(c.half) + " |\n";
}

counted simulated(const std::vector<slo::simulated_objective>& objectives,
                  const slo::simulated_rules& rules, std::int64_t releases) {
  const auto c = slo::simulate_releases(objectives, rules, releases, seed);
  return {c.share(c.passed), c.share(c.failed), c.decided_by(0.5)};
}

/// Looked at once, after as many events as a clean sequence would need.
counted looked_at_once(double truth, std::int64_t sample, std::int64_t releases) {
  std::mt19937_64 random(seed);
  std::binomial_distribution<std::int64_t> bad(sample, truth);
  counted out;
  for (std::int64_t i = 0; i < releases; ++i) {
    const std::vector<slo::trial> one{{sample, bad(random), budget}};
    const auto what = slo::judge(one, alpha, slo::gate_method::fixed).overall;
    out.passed += what == slo::outcome::pass;
    out.failed += what == slo::outcome::fail;
  }
  out.passed /= static_cast<double>(releases);
  out.failed /= static_cast<double>(releases);
  return out;
}

/// Wald's test between 0.2 % and 1 %, both errors at alpha: what this gate is not.
counted by_wald(double truth, std::int64_t releases) {
  constexpr double good = 0.002;
  const double edge = std::log((1 - alpha) / alpha);
  const double on_bad = std::log(budget / good);
  const double on_good = std::log1p(-budget) - std::log1p(-good);
  std::mt19937_64 random(seed);
  std::geometric_distribution<std::int64_t> gap(truth);
  counted out;
  for (std::int64_t i = 0; i < releases; ++i) {
    double evidence = 0;
    for (;;) {
      evidence += static_cast<double>(gap(random)) * on_good;
      if (evidence <= -edge) break;
      evidence += on_bad;
      if (evidence >= edge) break;
    }
    ++(evidence > 0 ? out.failed : out.passed);
  }
  out.passed /= static_cast<double>(releases);
  out.failed /= static_cast<double>(releases);
  return out;
}

/// Both grow side by side and are looked at every 20 events of each, up to 5,000.
counted beside_baseline(double candidate, double baseline, double margin, std::int64_t releases) {
  std::mt19937_64 random(seed);
  std::binomial_distribution<std::int64_t> worse(20, candidate), as_ever(20, baseline);
  counted out;
  for (std::int64_t i = 0; i < releases; ++i) {
    slo::two_samples t{{0, 0, budget}, {0, 0, budget}, margin};
    auto what = slo::outcome::inconclusive;
    while (t.candidate.events < 5000 && what == slo::outcome::inconclusive) {
      t.candidate.events += 20;
      t.baseline.events += 20;
      t.candidate.bad += worse(random);
      t.baseline.bad += as_ever(random);
      what = slo::judge({slo::levels_of(t, slo::gate_method::sequence)}, alpha).overall;
    }
    out.passed += what == slo::outcome::pass;
    out.failed += what == slo::outcome::fail;
  }
  out.passed /= static_cast<double>(releases);
  out.failed /= static_cast<double>(releases);
  return out;
}

std::string table(std::int64_t releases) {
  std::string out =
      "| looked at | true errors | pass | fail | inconclusive | half are decided by |\n"
      "|:--|--:|--:|--:|--:|--:|\n";
  for (const double budgets : {0.0, 0.1, 0.2, 0.5, 0.8, 0.95, 1.0, 1.05, 1.25, 1.5, 2.0, 5.0, 10.0})
    out += row("after every event", budgets * budget, budget,
               simulated({{budget, budgets * budget}}, {}, releases));
  slo::simulated_rules five;
  out += row("after every event, five objectives", budget, budget,
             simulated({5, {budget, budget}}, five, releases));
  five.together = true;
  out += row("the same, failing together", budget, budget,
             simulated({5, {budget, budget}}, five, releases));
  out += row("five objectives, four of them clean", budget, budget,
             simulated({{budget, budget}, {budget, 0}, {budget, 0}, {budget, 0}, {budget, 0}}, {},
                       releases));
  for (const double budgets : {0.5, 1.0, 2.0})
    out += row("once, after 1,000 (`fixed`)", budgets * budget, budget,
               looked_at_once(budgets * budget, 1000, releases));
  slo::simulated_rules peeking;
  peeking.method = slo::gate_method::fixed;
  out += row("`fixed`, misused: after every event", budget, budget,
             simulated({{budget, budget}}, peeking, releases));
  out += row("not ours: Wald's test, 0.2 % against 1 %", 0.004, budget, by_wald(0.004, releases));
  const auto some = std::max<std::int64_t>(releases / 10, 1);
  for (const double more : {0.0, 0.01, 0.03})
    out += row("beside a baseline with 2 %, margin 1 % (" + std::to_string(some) + " releases)",
               0.02 + more, 0.03, beside_baseline(0.02 + more, 0.02, 0.01, some));
  return "A 99 % objective, alpha 5 %, " + std::to_string(releases) +
         " releases a row, given up after 10,000 events (5,000 beside a baseline). Wrong verdicts "
         "are bold: at most 5 %, and by chance up to " +
         percent(alpha + 3 * std::sqrt(alpha * (1 - alpha) / static_cast<double>(releases))) +
         " (three sigma).\n\n" + out;
}

int write_between_marks(const std::string& path, const std::string& text) {
  auto document = core::contents(path);
  const auto from = document ? document->find(begin_mark) : std::string::npos;
  const auto to = document ? document->find(end_mark) : std::string::npos;
  if (from == std::string::npos || to == std::string::npos || to < from) {
    std::cerr << path << " has no marks\n";
    return 65;
  }
  const auto start = from + begin_mark.size();
  document->replace(start, to - start, text);
  std::ofstream(path, std::ios::binary) << *document;
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::int64_t releases = 20'000;
  if (argc > 1) {
    const std::string_view text = argv[1];
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), releases);
    if (parsed.ptr != text.data() + text.size() || releases < 1) {
      std::cerr << "usage: gate_truth [RELEASES [FILE]]\n";
      return 64;
    }
  }
  const auto text = table(releases);
  if (argc > 2) return write_between_marks(argv[2], text);
  std::cout << text;
  return 0;
}
