#include "slo/gate/mixture.hpp"

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

namespace slo {

namespace {

double log_beta(double a, double b) {
  return boost::math::lgamma(a) + boost::math::lgamma(b) - boost::math::lgamma(a + b);
}

}  // namespace

double log_mixture(const trial& t, const mixture& prior) {
  const double good_prior = prior.good_budgets / t.budget;
  const auto bad = static_cast<double>(t.bad);
  const auto good = static_cast<double>(t.events - t.bad);
  return log_beta(prior.bad + bad, good_prior + good) - log_beta(prior.bad, good_prior);
}

double log_likelihood(const trial& t, double ratio) {
  const auto bad = static_cast<double>(t.bad);
  const auto good = static_cast<double>(t.events - t.bad);
  // 0 · log 0 is 0 here: what did not happen says nothing.
  return (bad > 0 ? bad * std::log(ratio) : 0) + (good > 0 ? good * std::log1p(-ratio) : 0);
}

}  // namespace slo
