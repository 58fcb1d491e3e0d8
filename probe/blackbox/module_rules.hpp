#pragma once

#include "probe/blackbox/module_config.hpp"

/// The rules over whole sections of the configuration file; each adds its own problems. For the
/// tables of module_config.hpp only.
namespace probe::blackbox {

void check_tls(const tls_settings& tls, const core::node& from, core::reading& r);
void check_basic_auth(const basic_auth& auth, const core::node& from, core::reading& r);
void check_authorization(const authorization& auth, const core::node& from, core::reading& r);
void check_http(const http_settings& http, const core::node& from, core::reading& r);
void check_labels(const query_response& step, const core::node& from, core::reading& r);
void check_tcp(const tcp_settings& tcp, const core::node& from, core::reading& r);
void check_dns(const dns_settings& dns, const core::node& from, core::reading& r);
void check_module(const module_config& module, const core::node& from, core::reading& r);

}  // namespace probe::blackbox
