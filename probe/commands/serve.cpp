#include "probe/commands/serve.hpp"

#include <cstdio>

#include "core/command_line.hpp"
#include "core/config_check.hpp"
#include "probe/blackbox/stand_in.hpp"
#include "probe/commands/blackbox_flags.hpp"
#include "probe/commands/daemon.hpp"

namespace probe {
namespace {

/// The files as far as they are good; `name` is of the one with problems, or the last.
struct files {
  core::problems found;
  probe_config config;
  loaded scenarios;
  std::shared_ptr<const blackbox::module_set> modules;
  std::string name;
};

void read_files(const serve_arguments& given, files& out) {
  if (given.config) {
    out.name = *given.config;
    out.config = core::load_config<probe_config>(*given.config, out.found);
  }
  if (out.found.empty())
    out.scenarios = load_for_serving(out.config, given.config.value_or(""), out.found);
  if (!given.blackbox_config) return;
  if (out.found.empty()) out.name = *given.blackbox_config;
  out.modules = blackbox::load_modules(*given.blackbox_config, out.found);
}

}  // namespace

int serve(const serve_arguments& given) {
  blackbox::stand_in_options options;
  if (!given.config && !given.blackbox_config) {
    std::fputs("remora-probe: serve needs --config FILE or --blackbox-config FILE\n", stderr);
    return core::exit_usage;
  }
  const auto part = parse_shard(given.part.value_or("0/1"));
  if (!part) {
    std::fprintf(stderr, "remora-probe: %s\n", shard_usage);
    return core::exit_usage;
  }
  files all;
  read_files(given, all);
  if (const auto wrong = apply_flags(given, all.config, options); !wrong.empty()) {
    std::fprintf(stderr, "remora-probe: %s\n", wrong.c_str());
    return core::exit_usage;
  }
  if (given.check_only || !all.found.empty()) {
    if (all.modules)
      for (const auto& note : all.modules->notes) std::printf("note: %s\n", note.c_str());
    return core::report_config(all.name, all.found);
  }
  return core::guarded("remora-probe", [&] {
    daemon program(given.config, all.config, *part);
    if (all.modules) program.stand_in(std::move(options), std::move(all.modules));
    return program.run(std::move(all.scenarios));
  });
}

}  // namespace probe
