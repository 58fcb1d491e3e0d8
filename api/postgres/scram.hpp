#pragma once

#include <span>
#include <string>
#include <string_view>

namespace api {

/// What PostgreSQL keeps of a password, `SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server
/// key>` (RFC 5803, RFC 7677): given as the "password" of ALTER ROLE it is taken as it is, so that
/// the password itself never reaches the server or its log. The password is printable ASCII, for
/// which SASLprep changes nothing; throws std::invalid_argument otherwise.
std::string scram_verifier(std::string_view password, std::span<const unsigned char> salt,
                           int iterations = 4096);

/// The same with a fresh random salt.
std::string scram_verifier(std::string_view password);

}  // namespace api
