#include "tests/support/temporary_directory.hpp"

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace tests {

namespace fs = std::filesystem;

temporary_directory::temporary_directory() {
  std::string name = (fs::temp_directory_path() / "remora-test-XXXXXX").string();
  if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a temporary directory");
  path_ = name;
  fs::permissions(path_, fs::perms(0755));
}

temporary_directory::~temporary_directory() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace tests
