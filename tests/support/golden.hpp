#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "core/file_io.hpp"

namespace tests {

/// Compares with tests/unit/golden/NAME; with REMORA_WRITE_GOLDEN set, writes it instead. The
/// caller's target defines REMORA_SOURCE_DIR.
inline void compare_with_golden(const std::string& source_dir, const std::string& name,
                                const std::string& actual) {
  const auto path = source_dir + "/tests/unit/golden/" + name;
  if (std::getenv("REMORA_WRITE_GOLDEN")) {
    std::ofstream(path, std::ios::binary) << actual;
    return;
  }
  const auto golden = core::contents(path);
  ASSERT_TRUE(golden) << path;
  EXPECT_EQ(actual, *golden) << path;
}

}  // namespace tests
