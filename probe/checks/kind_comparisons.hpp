#pragma once

#include <string>
#include <vector>

#include "probe/checks/expectation.hpp"

/// What an answer must be by the rules of its protocol: the part of `compare` that each kind of
/// check has for itself. Without an expectation the defaults hold: a DNS answer is NOERROR, a reply
/// of Redis is no error. Pure.
namespace probe {

void compare_dns(const dns_expectation& expected, const seen& answer,
                 const template_text::lookup& values, std::vector<mismatch>& found);
void compare_redis(const redis_expectation& expected, const seen& answer,
                   const template_text::lookup& values, std::vector<mismatch>& found);
void compare_postgres(const postgres_expectation& expected, const seen& answer,
                      const template_text::lookup& values, std::vector<mismatch>& found);

/// `nothing to compare with` when the text has no value: the mismatch to add.
std::optional<std::string> expected_text(const template_text& text,
                                         const template_text::lookup& values, failure_reason why,
                                         std::vector<mismatch>& found);

}  // namespace probe
