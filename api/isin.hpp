#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace api {

/// Whether `text` is an ISIN (ISO 6166): two capital letters, nine capital letters or digits, and
/// the Luhn check digit over all of them with letters counted as 10 to 35.
bool valid_isin(std::string_view text) noexcept;

/// The check digit, '0' to '9', of eleven characters of the ISIN alphabet.
char isin_check_digit(std::string_view first_eleven) noexcept;

/// The `number`th generated ISIN (0 to 999,999,999): valid, in ascending order, and with the prefix
/// `ZZ`, which ISO 3166 leaves to users, so that it can never be a real one.
std::string generated_isin(std::uint32_t number);

/// A score from 0 to 100 in hundredths that depends on nothing but the ISIN: for demonstration, and
/// always to be marked illustrative.
int illustrative_score_hundredths(std::string_view isin) noexcept;

}  // namespace api
