#include "core/command_line.hpp"

#include <CLI/CLI.hpp>
#include <deque>
#include <iostream>

namespace core {
namespace {

CLI::App& app_of(void* app) {
  return *static_cast<CLI::App*>(app);
}

}  // namespace

struct command_line::state {
  CLI::App app;
  std::deque<command> commands;  // references to these are handed out

  state(const std::string& program, const std::string& version, const std::string& description)
      : app(description, program) {
    app.set_version_flag("--version", program + " " + version);
    commands.emplace_back(&app);
  }
};

using command = command_line::command;

command& command::option(const std::string& name, std::string& into, const std::string& doc) {
  app_of(app_).add_option(name, into, doc);
  return *this;
}

command& command::option(const std::string& name, std::optional<std::string>& into,
                         const std::string& doc) {
  app_of(app_).add_option(name, into, doc);
  return *this;
}

command& command::option(const std::string& name, std::vector<std::string>& into,
                         const std::string& doc) {
  // One value each time it is given, so that it cannot swallow the positional arguments.
  app_of(app_).add_option(name, into, doc)->allow_extra_args(false);
  return *this;
}

command& command::option(const std::string& name, std::optional<long>& into,
                         const std::string& doc) {
  app_of(app_).add_option(name, into, doc);
  return *this;
}

command& command::flag(const std::string& name, bool& into, const std::string& doc) {
  app_of(app_).add_flag(name, into, doc);
  return *this;
}

command& command::flag(const std::string& name, std::optional<std::string>& into,
                       const std::string& doc) {
  app_of(app_).add_flag(name, into, doc);
  return *this;
}

command& command::positional(const std::string& name, std::vector<std::string>& into,
                             const std::string& doc, bool required) {
  app_of(app_).add_option(name, into, doc)->required(required);
  return *this;
}

command_line::command_line(const std::string& program, const std::string& version,
                           const std::string& description)
    : state_(std::make_unique<state>(program, version, description)) {}

command_line::~command_line() = default;

command& command_line::root() {
  return state_->commands.front();
}

command& command_line::subcommand(const std::string& name, const std::string& doc) {
  const auto space = name.find(' ');
  CLI::App* const of =
      space == name.npos ? &state_->app : state_->app.get_subcommand(name.substr(0, space));
  CLI::App* const sub = of->add_subcommand(name.substr(space + 1), doc);
  // Options of the program may stand behind the command's name.
  sub->fallthrough();
  state_->app.require_subcommand(1);
  return state_->commands.emplace_back(sub);
}

std::optional<int> command_line::parse(int argc, const char* const* argv) {
  try {
    state_->app.parse(argc, argv);
    return std::nullopt;
  } catch (const CLI::RequiredError& e) {
    // A misspelt command is only seen as the lack of one.
    const auto unknown = state_->app.remaining();
    if (!unknown.empty()) std::cerr << "Not understood: " << unknown.front() << "\n";
    state_->app.exit(e, std::cout, std::cerr);
    return exit_usage;
  } catch (const CLI::ParseError& e) {
    return state_->app.exit(e, std::cout, std::cerr) == 0 ? exit_pass : exit_usage;
  }
}

std::string command_line::chosen() const {
  std::string out;
  for (auto given = state_->app.get_subcommands(); !given.empty();
       given = given.front()->get_subcommands())
    out += (out.empty() ? "" : " ") + given.front()->get_name();
  return out;
}

}  // namespace core
