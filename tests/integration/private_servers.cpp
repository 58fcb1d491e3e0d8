#include "tests/integration/private_servers.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <utility>

namespace tests {
namespace {

namespace fs = std::filesystem;

// Debian keeps PostgreSQL's programs out of PATH, by major version.
fs::path postgres_programs() {
  fs::path newest;
  std::error_code none;
  for (const auto& version : fs::directory_iterator("/usr/lib/postgresql", none))
    if (fs::exists(version.path() / "bin/initdb") && version.path() > newest)
      newest = version.path();
  return newest.empty() ? newest : newest / "bin";
}

fs::path find_program(const char* name) {
  for (const char* folder : {"/usr/bin", "/usr/local/bin", "/usr/sbin", "/bin"})
    if (fs::exists(fs::path(folder) / name)) return fs::path(folder) / name;
  return {};
}

// PostgreSQL refuses to run as root.
std::vector<std::string> as_postgres(std::vector<std::string> command) {
  if (geteuid() != 0) return command;
  std::vector<std::string> wrapped{"/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres",
                                   "--clear-groups"};
  wrapped.insert(wrapped.end(), command.begin(), command.end());
  return wrapped;
}

void give_to_postgres(const fs::path& path) {
  const passwd* user = geteuid() == 0 ? getpwnam("postgres") : nullptr;
  if (user && chown(path.c_str(), user->pw_uid, user->pw_gid) != 0)
    throw std::runtime_error("cannot give " + path.string() + " to postgres");
}

void run_to_end(const std::vector<std::string>& command, const fs::path& log) {
  child_process child(command, log);
  if (const int code = child.wait(); code != 0)
    throw std::runtime_error(command.back() + " failed with " + std::to_string(code) + ", see " +
                             log.string());
}

bool answers(std::uint16_t port) {
  const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool connected = ::connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  ::close(fd);
  return connected;
}

template <class Ready>
void wait_until(Ready ready, const child_process& server, const char* what) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!ready()) {
    if (!server.alive()) throw std::runtime_error(std::string(what) + " ended by itself");
    if (std::chrono::steady_clock::now() > until)
      throw std::runtime_error(std::string(what) + " does not answer");
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// Starts a new server on a port that is free, also when somebody takes it in between.
template <class Start>
void start_somewhere(std::uint16_t& port, Start start) {
  for (int attempts = 5;; --attempts) {
    port = free_port();
    try {
      return start();
    } catch (const std::runtime_error&) {
      if (attempts == 1) throw;
    }
  }
}

}  // namespace

std::string private_postgres::unavailable() {
  if (postgres_programs().empty()) return "PostgreSQL's server programs are not installed";
  if (geteuid() == 0 && !getpwnam("postgres")) return "there is no user postgres to run it as";
  if (geteuid() == 0 && find_program("setpriv").empty()) return "setpriv is not installed";
  return {};
}

private_postgres::private_postgres() {
  const fs::path data = directory_.path() / "data";
  const fs::path password = directory_.path() / "password";
  std::ofstream(password) << "owner-password\n";
  fs::create_directory(data);
  give_to_postgres(data);
  give_to_postgres(directory_.path());
  run_to_end(as_postgres({postgres_programs() / "initdb", "--username=remora_owner",
                          "--pwfile=" + password.string(), "--auth=scram-sha-256",
                          "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", data.string()}),
             directory_.path() / "initdb.log");
  start_somewhere(port_, [this] { start(); });
  const fs::path log = directory_.path() / "createdb.log";
  setenv("PGPASSWORD", "owner-password", 1);
  run_to_end({postgres_programs() / "createdb", "--host=127.0.0.1",
              "--port=" + std::to_string(port_), "--username=remora_owner", "remora"},
             log);
  unsetenv("PGPASSWORD");
}

private_postgres::~private_postgres() {
  if (server_.running()) stop();
}

std::string private_postgres::url(const std::string& role, const std::string& password,
                                  const std::string& database) const {
  return "postgresql://" + role + ":" + password + "@127.0.0.1:" + std::to_string(port_) + "/" +
         database;
}

void private_postgres::start() {
  server_ =
      child_process(as_postgres({postgres_programs() / "postgres", "-D", directory_.path() / "data",
                                 "-p", std::to_string(port_), "-h", "127.0.0.1", "-k",
                                 directory_.path().string(), "-c", "fsync=off"}),
                    directory_.path() / "postgres.log");
  wait_until(
      [this] {
        child_process ready({postgres_programs() / "pg_isready", "-q", "-h", "127.0.0.1", "-p",
                             std::to_string(port_)},
                            directory_.path() / "ready.log");
        return ready.wait() == 0;
      },
      server_, "PostgreSQL");
}

void private_postgres::stop() {
  server_.signal(SIGQUIT);  // immediate shutdown; SIGKILL would leave its children
  server_.wait();
}

std::string private_redis::unavailable() {
  return find_program("redis-server").empty() ? "redis-server is not installed" : "";
}

private_redis::private_redis(std::string appendfsync) : appendfsync_(std::move(appendfsync)) {
  start_somewhere(port_, [this] { start(); });
}

private_redis::private_redis(const redis_files& files)
    : appendfsync_("always"), tls_{"--tls-cert-file",    files.certificate,
                                   "--tls-key-file",     files.key,
                                   "--tls-ca-cert-file", files.ca,
                                   "--tls-auth-clients", "yes"} {
  start_somewhere(port_, [this] { start(); });
}

private_redis::~private_redis() = default;

void private_redis::start() {
  std::vector<std::string> command{find_program("redis-server"),
                                   tls_.empty() ? "--port" : "--tls-port",
                                   std::to_string(port_),
                                   "--bind",
                                   "127.0.0.1",
                                   "--dir",
                                   directory_.path().string(),
                                   "--appendonly",
                                   "yes",
                                   "--appendfsync",
                                   appendfsync_,
                                   "--save",
                                   "",
                                   "--requirepass",
                                   password()};
  if (!tls_.empty()) command.insert(command.end(), {"--port", "0"});
  command.insert(command.end(), tls_.begin(), tls_.end());
  server_ = child_process(command, directory_.path() / "redis.log");
  wait_until([this] { return answers(port_); }, server_, "Redis");
}

void private_redis::stop() {
  server_.signal(SIGKILL);
  server_.wait();
}

void private_redis::freeze() const {
  server_.signal(SIGSTOP);
}
void private_redis::thaw() const {
  server_.signal(SIGCONT);
}

}  // namespace tests
