#include <dirent.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <sstream>

#include "core/exposition.hpp"

namespace core {
namespace {

std::string read_proc(const char* path) {
  std::ifstream in(path);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// The fields of /proc/self/stat that are used (proc(5)).
struct process_stat {
  double cpu_ticks = 0;
  double start_ticks = 0;  // after boot
  double resident_pages = 0;

  static process_stat read() {
    const std::string text = read_proc("/proc/self/stat");
    // The second field is the program's name in parentheses and may contain anything.
    std::istringstream rest(text.substr(std::min(text.rfind(')') + 1, text.size())));
    process_stat result;
    std::string field;
    for (int number = 3; rest >> field && number <= 24; ++number) {
      if (number == 14 || number == 15) result.cpu_ticks += std::stod(field);
      if (number == 22) result.start_ticks = std::stod(field);
      if (number == 24) result.resident_pages = std::stod(field);
    }
    return result;
  }
};

double ticks_per_second() {
  return static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// When this process started. Found once: the kernel's boot time moves as the clock is set, and a
/// start time that moves looks like a restart.
double start_of_process() {
  std::istringstream stat(read_proc("/proc/stat"));
  for (std::string line; std::getline(stat, line);) {
    if (line.starts_with("btime ")) {
      return std::stod(line.substr(6)) + process_stat::read().start_ticks / ticks_per_second();
    }
  }
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(now).count();
}

double open_descriptors() {
  DIR* const folder = opendir("/proc/self/fd");
  if (!folder) return 0;
  double count = 0;
  while (const dirent* entry = readdir(folder)) count += entry->d_name[0] != '.';
  closedir(folder);
  return count - 1;  // the folder's own
}

void write_gauge(exposition_writer& out, std::string_view name, std::string_view help,
                 double value) {
  if (out.family(name, help, metric_type::gauge)) out.gauge("", value);
}

}  // namespace

process_source::process_source(std::string program, std::string version)
    : program_(std::move(program)),
      version_(std::move(version)),
      start_seconds_(start_of_process()) {}

void process_source::write(exposition_writer& out) const {
  if (out.family("remora_build_info", "Program and version, always 1.", metric_type::gauge)) {
    const std::pair<std::string_view, std::string_view> labels[] = {{"program", program_},
                                                                    {"version", version_}};
    out.gauge(render_labels(labels), 1);
  }
  const process_stat stat = process_stat::read();
  if (out.family("process_cpu_seconds_total", "CPU time used, user and system, in seconds.",
                 metric_type::counter)) {
    out.counter("", stat.cpu_ticks / ticks_per_second());
  }
  write_gauge(out, "process_start_time_seconds", "Start of the process, in Unix time.",
              start_seconds_);
  write_gauge(out, "process_resident_memory_bytes", "Resident memory.",
              stat.resident_pages * static_cast<double>(sysconf(_SC_PAGESIZE)));
  write_gauge(out, "process_open_fds", "Open file descriptors.", open_descriptors());
}

}  // namespace core
