#include "api/postgres/scram.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace {

// The password, salt and iterations of RFC 7677, section 3; the keys follow from them (the
// integration test logs in with one).
TEST(scram_verifier, is_deterministic_and_has_postgresqls_form) {
  const std::vector<unsigned char> salt{0x5b, 0x6d, 0x99, 0x68, 0x9d, 0x12, 0x35, 0x8e,
                                        0xec, 0xa0, 0x4b, 0x14, 0x12, 0x36, 0xfa, 0x81};
  EXPECT_EQ(api::scram_verifier("pencil", salt, 4096),
            "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$"
            "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:"
            "wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
}

TEST(scram_verifier, salts_differ) {
  EXPECT_NE(api::scram_verifier("secret"), api::scram_verifier("secret"));
}

TEST(scram_verifier, takes_printable_ascii_only) {
  EXPECT_THROW(api::scram_verifier(""), std::invalid_argument);
  EXPECT_THROW(api::scram_verifier("pässword"), std::invalid_argument);
  EXPECT_THROW(api::scram_verifier("a\nb"), std::invalid_argument);
}

}  // namespace
