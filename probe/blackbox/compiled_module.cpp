#include "probe/blackbox/compiled_module.hpp"

#include <algorithm>
#include <stdexcept>

#include "core/digest.hpp"
#include "core/file_io.hpp"
#include "core/http_head.hpp"
#include "core/tls_context.hpp"

namespace probe::blackbox {
namespace {

core::tls_version version_of(tls_version v) noexcept {
  switch (v) {
    case tls_version::tls10: return core::tls_version::tls_1_0;
    case tls_version::tls11: return core::tls_version::tls_1_1;
    case tls_version::tls12: return core::tls_version::tls_1_2;
    case tls_version::tls13: break;
  }
  return core::tls_version::tls_1_3;
}

bool speaks_tls(const tcp_settings& tcp) noexcept {
  return tcp.tls || std::any_of(tcp.query_response.begin(), tcp.query_response.end(),
                                [](const query_response& step) { return step.starttls; });
}

/// Compiles one file; where a module stands in it is kept for the problems.
class compiler {
 public:
  compiler(const core::document& from, core::problems& found, module_set& into)
      : from_(from), found_(found), into_(into) {}

  void compile(const std::string& name, const module_config& config) {
    auto out = std::make_shared<compiled_module>();
    at_ = place_of(name);
    out->name = name;
    out->config = config;
    switch (config.prober) {
      case prober_kind::http: compile_http(*out); break;
      // Trusted roots are a megabyte: only where they are looked at.
      case prober_kind::tcp:
        if (speaks_tls(config.tcp)) out->tls = tls(config.tcp.tls_config, {});
        break;
      case prober_kind::dns:
        if (config.dns.dns_over_tls) out->tls = tls(config.dns.tls_config, {});
        break;
      case prober_kind::icmp:
      case prober_kind::grpc: break;
    }
    into_.modules.emplace(name, std::move(out));
  }

 private:
  core::position place_of(const std::string& name) const {
    const auto* const all = from_.roots().front().find("modules");
    for (const auto& m : all->members)
      if (m.key.text == name) return m.key.at;
    return all->at;
  }

  std::string contents_of(const std::string& path, bool whole) {
    into_.files.push_back(path);
    auto text = core::contents(path);
    if (!text) {
      found_.add(at_, "cannot read " + path, "a readable file");
      return {};
    }
    if (!whole)
      while (!text->empty() && std::string_view(" \t\r\n").find(text->back()) != std::string::npos)
        text->pop_back();
    return *std::move(text);
  }
  std::string credential_of(const credential& written, const std::string& file) {
    return file.empty() ? written.text : contents_of(file, false);
  }

  std::shared_ptr<const core::tls_context> tls(const tls_settings& settings,
                                               std::vector<std::string> alpn) {
    core::tls_client_options options;
    options.files = {settings.cert_file, settings.key_file, settings.ca_file,
                     !settings.insecure_skip_verify};
    if (settings.min_version) options.lowest = version_of(*settings.min_version);
    if (settings.max_version) options.highest = version_of(*settings.max_version);
    options.alpn = std::move(alpn);
    for (const auto* file : {&settings.cert_file, &settings.key_file, &settings.ca_file})
      if (!file->empty()) into_.files.push_back(*file);
    for (const auto& [known, context] : contexts_)
      if (known == options) return context;
    try {
      return contexts_.emplace_back(options, core::tls_context::client_with(options)).second;
    } catch (const std::runtime_error& e) {
      found_.add(at_, e.what());
      return nullptr;
    }
  }

  void compile_http(compiled_module& out) {
    const auto& http = out.config.http;
    bool agent = false;
    for (const auto& [name, value] : http.headers) {
      if (core::iequals(name, "host")) {
        out.host = value;
        continue;
      }
      if (core::iequals(name, "authorization")) {
        out.authorization = value;
        continue;
      }
      agent = agent || core::iequals(name, "user-agent");
      out.headers.emplace_back(name, value);
    }
    if (!agent)
      out.headers.emplace_back("User-Agent",
                               "remora-probe/" REMORA_VERSION " (blackbox_exporter compatible)");
    out.headers.emplace_back("Connection", "close");
    authorize(http, out.authorization);
    out.body = http.body_file.empty() ? http.body : contents_of(http.body_file, true);
    out.tls = tls(http.tls, {"http/1.1"});
  }

  /// What the headers say already goes before.
  void authorize(const http_settings& http, std::string& into) {
    if (http.basic_auth) {
      const auto& basic = *http.basic_auth;
      const std::string pair =
          basic.username + ":" + credential_of(basic.password, basic.password_file);
      const auto* const bytes = reinterpret_cast<const std::uint8_t*>(pair.data());
      if (into.empty()) into = "Basic " + core::to_base64({bytes, pair.size()});
    } else if (http.authorization) {
      const auto& other = *http.authorization;
      const auto value = credential_of(other.credentials, other.credentials_file);
      if (into.empty()) into = other.type + " " + value;
    }
    if (into.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
      found_.add(at_, "the credential has a line feed or a null byte in it");
  }

  const core::document& from_;
  core::problems& found_;
  module_set& into_;
  core::position at_;
  std::vector<std::pair<core::tls_client_options, std::shared_ptr<const core::tls_context>>>
      contexts_;
};

}  // namespace

std::shared_ptr<const module_set> compile_modules(const core::document& from,
                                                  core::problems& found) {
  auto out = std::make_shared<module_set>();
  out->config = read_file(from, found);
  if (!found.empty()) return nullptr;
  compiler work(from, found, *out);
  for (const auto& [name, config] : out->config.modules) work.compile(name, config);
  if (!found.empty()) return nullptr;
  std::sort(out->files.begin(), out->files.end());
  out->files.erase(std::unique(out->files.begin(), out->files.end()), out->files.end());
  out->notes = notes_on(out->config);
  return out;
}

std::shared_ptr<const module_set> load_modules(const std::string& path, core::problems& found) {
  const auto from = core::document::load(path, found);
  return from.whole() ? compile_modules(from, found) : nullptr;
}

}  // namespace probe::blackbox
