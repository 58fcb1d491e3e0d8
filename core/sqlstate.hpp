#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace core {

/// Errors of PostgreSQL as error codes: the category's values are SQLSTATEs, read as numbers to the
/// base of 36. Connections that fail or break without PostgreSQL saying why are 08001 and 08006.
const boost::system::error_category& sqlstate_category() noexcept;

/// The error of a SQLSTATE of five characters.
error_code sqlstate_error(std::string_view sqlstate) noexcept;
/// The SQLSTATE of an error; "" when it is none of PostgreSQL's.
std::string sqlstate(const error_code& error);

/// The SQLSTATE in a verbose message of PostgreSQL (`ERROR:  23503: insert or update …`, whatever
/// the language of the first word); "" when there is none. libpqxx 6 keeps it for few of its
/// exceptions.
std::string_view sqlstate_in(std::string_view message) noexcept;

/// Whether the data of a statement were at fault (classes 22 and 23), so that trying again is of no
/// use; everything else is the state of the world.
bool is_data_error(const error_code& error);

}  // namespace core
