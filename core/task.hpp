#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/result.hpp>

#include "core/error.hpp"

/// The coroutine vocabulary of the suite: one executor type everywhere, never a type-erased one
/// (an erased executor doubles the cost of an empty handler).
namespace core {

namespace asio = boost::asio;

using executor = asio::io_context::executor_type;
using tcp_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;
using tcp_acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;

/// What a coroutine of ours returns. Parameters of coroutines are values, or references to objects
/// that are documented to outlive them (a `worker` above all).
template <class T = void>
using task = asio::awaitable<T, executor>;

/// Completion token that awaits an Asio operation inside a `task`; throws on error. Wrap it in
/// `asio::as_tuple` where the error is an expected outcome.
inline constexpr asio::use_awaitable_t<executor> use_task{};

/// An expected outcome: a value, or why there is none.
template <class T = void>
using result = boost::system::result<T>;

}  // namespace core
