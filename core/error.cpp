#include "core/error.hpp"

#include <boost/asio/error.hpp>
#include <string>

namespace core {
namespace {

class category_type final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "remora"; }
  std::string message(int value) const override { return to_label(static_cast<errc>(value)); }
};

const category_type category;

}  // namespace

error_code make_error_code(errc e) noexcept {
  return {static_cast<int>(e), category};
}

errc classify(const error_code& error) noexcept {
  namespace asio_error = boost::asio::error;
  namespace sys = boost::system::errc;
  if (&error.category() == &category) return static_cast<errc>(error.value());
  if (error == asio_error::connection_refused) return errc::refused;
  if (error == asio_error::connection_reset || error == asio_error::broken_pipe ||
      error == asio_error::connection_aborted)
    return errc::reset;
  if (error == asio_error::eof) return errc::closed;
  if (error == asio_error::timed_out) return errc::timed_out;
  if (error == asio_error::operation_aborted || error == asio_error::bad_descriptor)
    return errc::cancelled;
  if (error == asio_error::no_descriptors || error == asio_error::no_buffer_space ||
      error == asio_error::no_memory || error == sys::too_many_files_open_in_system ||
      error == sys::address_not_available)
    return errc::exhausted;
  if (error == asio_error::host_not_found || error == asio_error::host_not_found_try_again ||
      error == asio_error::no_data || error == asio_error::service_not_found)
    return errc::name_not_found;
  return errc::unreachable;
}

const char* to_label(errc e) noexcept {
  switch (e) {
    case errc::timed_out: return "timed_out";
    case errc::closed: return "closed";
    case errc::refused: return "refused";
    case errc::unreachable: return "unreachable";
    case errc::name_not_found: return "name_not_found";
    case errc::reset: return "reset";
    case errc::tls_handshake: return "tls_handshake";
    case errc::tls_certificate: return "tls_certificate";
    case errc::malformed: return "malformed";
    case errc::too_large: return "too_large";
    case errc::cancelled: return "cancelled";
    case errc::exhausted: return "exhausted";
  }
  return "unreachable";
}

}  // namespace core
