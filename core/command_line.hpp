#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace core {

/// Exit codes of every program (design, contract 7).
enum exit_code : int {
  exit_pass = 0,
  exit_fail = 1,
  exit_inconclusive = 2,
  exit_usage = 64,
  exit_data = 65,
  exit_unavailable = 69,
};

/// The command line of a program (a thin face of CLI11, which is compiled once). `--help` and
/// `--version` are always there; wrong usage prints what is wrong and gives 64.
class command_line {
 public:
  /// One command, or the program itself.
  class command {
   public:
    explicit command(void* app) : app_(app) {}
    command& option(const std::string& name, std::string& into, const std::string& doc);
    command& option(const std::string& name, std::optional<std::string>& into,
                    const std::string& doc);
    /// May be given several times, with one value each.
    command& option(const std::string& name, std::vector<std::string>& into,
                    const std::string& doc);
    command& option(const std::string& name, std::optional<long>& into, const std::string& doc);
    command& flag(const std::string& name, bool& into, const std::string& doc);
    /// `--name`, which gives "true", or `--name=VALUE`; never takes what stands behind it.
    command& flag(const std::string& name, std::optional<std::string>& into,
                  const std::string& doc);
    command& positional(const std::string& name, std::vector<std::string>& into,
                        const std::string& doc, bool required = true);

   private:
    void* app_;
  };

  command_line(const std::string& program, const std::string& version,
               const std::string& description);
  ~command_line();

  command& root();
  /// Adds a sub-command; once there is one, exactly one must be given. Options of the root may
  /// stand before or behind its name. A name of two words is a command of the command that is
  /// named by the first, which was added before.
  command& subcommand(const std::string& name, const std::string& doc);

  /// Nullopt: go on. Otherwise the exit code (0 after --help and --version, 64 after wrong usage).
  std::optional<int> parse(int argc, const char* const* argv);
  /// Name of the sub-command that was given, of two words where it has two; "" for none.
  std::string chosen() const;

 private:
  struct state;
  std::unique_ptr<state> state_;
};

}  // namespace core
