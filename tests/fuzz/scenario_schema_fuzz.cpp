#include "core/document.hpp"
#include "probe/format/file_schema.hpp"
#include "probe/format/scenario_reader.hpp"
#include "tests/fuzz/fuzzing.hpp"
#include "tests/fuzz/json_schema.hpp"

using fuzz::require;

namespace {

const probe::bindings& constants() {
  static const probe::bindings all = [] {
    probe::bindings out;
    core::parse_base_url("http://127.0.0.1:8080", out.targets["base"]);
    out.secrets["token"] = core::secret("t");
    return out;
  }();
  return all;
}

const boost::json::object& schema() {
  static const boost::json::value parsed = boost::json::parse(probe::scenario_schema());
  return parsed.get_object();
}

}  // namespace

/// An editor finds nothing wrong with what is accepted: the schema and the reader are two ways to
/// the same answer, and the schema never is the stricter one.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::text_of(data, size);
  const core::environment five = [](const std::string&) { return std::string("5s"); };
  core::problems found;
  probe::parse_scenarios("fuzz.yaml", text, constants(), found, five);
  if (!found.empty()) return 0;
  const auto document = core::document::parse("fuzz.yaml", text, found);
  for (const auto& root : document.roots()) require(fuzz::is_valid(fuzz::value_of(root), schema()));
  return 0;
}
