// Prints the JSON Schema of a file of the probe's: `scenario` or `config`.
#include <cstdio>
#include <string_view>

#include "probe/format/file_schema.hpp"

int main(int argc, char** argv) {
  const std::string_view file = argc == 2 ? argv[1] : "";
  if (file != "scenario" && file != "config") {
    std::fputs("usage: probe_schema scenario|config\n", stderr);
    return 64;
  }
  const auto text = file == "scenario" ? probe::scenario_schema() : probe::config_schema();
  std::fputs(text.c_str(), stdout);
  return 0;
}
