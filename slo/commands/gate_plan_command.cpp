#include <iostream>

#include "slo/commands/arguments.hpp"
#include "slo/commands/gate_arguments.hpp"
#include "slo/gate/plan.hpp"

namespace slo {

int gate_plan_command(const gate_plan_arguments& given) {
  return run_command([&] {
    plan_rules rules;
    rules.rate = rate_argument(given.rate);
    rules.alpha = alpha_argument(given.alpha);
    if (given.errors) rules.errors = share_argument("--errors", *given.errors);
    const auto plan = make_plan(load(given.paths), rules);
    std::cout << (given.json ? plan_json(plan) + "\n" : plan_text(plan));
    return static_cast<int>(core::exit_pass);
  });
}

}  // namespace slo
