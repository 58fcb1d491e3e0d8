// Asio and Beast, compiled once for the whole suite (BOOST_ASIO_SEPARATE_COMPILATION): a file that
// only uses them compiles in half the time.
#include <boost/asio/impl/src.hpp>
#include <boost/beast/src.hpp>
