#include "tests/integration/private_moto.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace tests {
namespace {

std::string interpreter() {
  if (const char* named = std::getenv("REMORA_TEST_PYTHON")) return named;
  return REMORA_SOURCE_DIR "/build/python/bin/python3";
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

bool wait_until_it_answers(std::uint16_t port, const child_process& server) {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (server.alive()) {
    if (answers(port)) return true;
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

std::string find_out_why_not() {
  const std::string python = interpreter();
  if (::access(python.c_str(), X_OK) != 0) return "there is no " + python;
  temporary_directory directory;
  child_process look({python, "-c",
                      "import importlib.util as u, sys; "
                      "sys.exit(any(u.find_spec(m) is None for m in ('moto', 'flask')))"},
                     directory.path() / "log");
  return look.wait() == 0 ? "" : python + " has no moto[server]";
}

}  // namespace

std::string private_moto::unavailable() {
  static const std::string why = find_out_why_not();
  return why;
}

private_moto::private_moto() {
  start();
}

private_moto::private_moto(const moto_files& files) : files_(files) {
  start();
}

core::base_url private_moto::url() const {
  return {!files_.key.empty(), {"127.0.0.1", port_}, ""};
}

// The port was free a moment ago, and somebody may have taken it since.
void private_moto::start() {
  for (int attempts = 5; attempts > 0; --attempts) {
    port_ = free_port();
    std::vector<std::string> command{interpreter(), "-m", "moto.server",        "-H",
                                     "127.0.0.1",   "-p", std::to_string(port_)};
    if (!files_.key.empty())
      for (const auto& word :
           {std::string("-c"), files_.certificate, std::string("-k"), files_.key})
        command.push_back(word);
    server_ = child_process(command, directory_.path() / "moto.log");
    if (wait_until_it_answers(port_, server_)) return;
    stop();
  }
  throw std::runtime_error("moto's server does not answer");
}

void private_moto::stop() {
  server_.signal(SIGKILL);
  server_.wait();
}

}  // namespace tests
