#include "probe/format/tls_handshake.hpp"

namespace probe {

void tls_handshake::describe(core::fields<tls_handshake>& f) {
  f.required("address", &tls_handshake::address, "host:port to connect to.");
  reach::describe_in(f);
  f.optional("tls", &tls_handshake::tls,
             "How TLS is spoken, instead of what the configuration says.");
  f.check([](const tls_handshake& t, const core::node& from, core::reading& r) {
    t.reach::check(from, r);
  });
}

}  // namespace probe
