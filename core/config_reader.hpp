#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/clock.hpp"
#include "core/config_types.hpp"
#include "core/document.hpp"

/// Strict configuration from one table of fields a struct: the table gives parsing, problems with
/// their place, JSON Schema and the reference in docs/configuration.md, so they cannot disagree.
///
///   struct drain_config {
///     core::duration delay{};
///     core::duration grace = std::chrono::seconds(10);
///     static void describe(core::fields<drain_config>& f) {
///       f.optional("delay", &drain_config::delay, "Time listeners go on accepting after
///       SIGTERM."); f.optional("grace", &drain_config::grace, "Time requests in flight have to
///       finish.");
///     }
///   };
///   auto config = core::load_config<drain_config>(path, problems);
///
/// Members may be: bool, integers, double, std::string, core::duration ("250ms", "5s", "2m", "1h",
/// "1d"), address, base_url, secret, byte_size, an enum with `constexpr auto config_names(E)` found
/// by ADL (an array of pairs: name, value), another described struct, and std::vector,
/// std::optional and std::map<std::string, …> of these. `${NAME}` inside a scalar is replaced from
/// the environment (unset: a problem); `$${` stands for `${`. A key without a value is a problem,
/// also when it is optional: nobody means that.
namespace core {

/// Looks up an environment variable; injected so that tests need none.
using environment = std::function<std::optional<std::string>(const std::string&)>;
environment process_environment();

/// What a reader carries along.
struct reading {
  problems& found;
  const environment& env;
  std::string directory;  ///< of the file: relative `file:` references start here
};

/// How one type is read, described and shown. One immutable instance a type.
class value_kind {
 public:
  virtual ~value_kind() = default;
  /// Reads `from` into `*into` (of the kind's type); adds problems and leaves it unchanged else.
  virtual void read(const node& from, void* into, reading& r) const = 0;
  /// A JSON Schema object for it.
  virtual std::string schema() const = 0;
  /// A short name for people: "duration", "list of address".
  virtual std::string name() const = 0;
  /// The value as it would be written in YAML flow style, secrets masked; "null" for none.
  virtual std::string show(const void* value) const = 0;
  /// The table of a struct, also through lists, maps and optionals; null for scalars.
  virtual const class struct_table* table() const { return nullptr; }
  /// What a path in the reference says behind a key of this kind: "[]" for a list, ".<name>" for a
  /// map, "" else.
  virtual std::string nesting() const { return {}; }
  /// Whether a number, duration or size (or each one in a list, map or optional) is in [lo, hi].
  virtual bool within(const void*, long double /*lo*/, long double /*hi*/) const { return true; }
};

/// One row of a struct's table.
struct field_row {
  std::string name;
  std::string doc;
  bool required = false;
  const value_kind* kind = nullptr;
  std::function<void*(void*)> member;  ///< address of the member inside a struct
  std::string low, high;               ///< inclusive bounds as text, "" for none
  std::function<bool(const void*)> within;

  /// Restricts a number, duration or size to [lo, hi]; shown in messages, schema and reference.
  template <class L, class H>
  field_row& range(L lo, H hi);
};

/// The type-erased table of one struct. Its checks run only when its fields had no problem.
class struct_table {
 public:
  std::vector<field_row> rows;
  std::vector<std::function<void(const void*, const node&, reading&)>> checks;
  std::function<std::shared_ptr<void>()> make_default;

  void read(const node& from, void* into, reading& r) const;
  std::string schema() const;
  std::string show(const void* value) const;
};

/// The kind of a type; see the list above.
template <class T>
const value_kind& kind_of();

/// The table of a described struct, built once.
template <class T>
const struct_table& table_of();

/// Collects the rows of `T` in `T::describe`.
template <class T>
class fields {
 public:
  explicit fields(struct_table& table) : table_(table) {}

  template <class M, class Base>
  requires std::is_base_of_v<Base, T> field_row& required(const char* name, M Base::*member,
                                                          const char* doc) {
    return add(name, static_cast<M T::*>(member), doc, true);
  }
  template <class M, class Base>
  requires std::is_base_of_v<Base, T> field_row& optional(const char* name, M Base::*member,
                                                          const char* doc) {
    return add(name, static_cast<M T::*>(member), doc, false);
  }
  /// A rule over the whole struct, run after its fields were read; it adds its own problems.
  void check(void (*rule)(const T&, const node&, reading&)) {
    table_.checks.push_back([rule](const void* value, const node& from, reading& r) {
      rule(*static_cast<const T*>(value), from, r);
    });
  }

 private:
  template <class M>
  field_row& add(const char* name, M T::*member, const char* doc, bool required);
  struct_table& table_;
};

/// Reads one document into a `T`; on problems the value is only partly filled and not to be used.
template <class T>
T read_config(const document& from, problems& found,
              const environment& env = process_environment());

/// Reads a file into a `T`.
template <class T>
T load_config(const std::string& path, problems& found,
              const environment& env = process_environment());

/// The JSON Schema (draft 2020-12) of a table, with `title`.
std::string json_schema(const struct_table& table, std::string_view title);

/// The reference of a table as Markdown: a row a field, nested structs below.
std::string markdown_reference(const struct_table& table, std::string_view title);

/// "250ms" and friends, also "1h30m" (larger units first); false, and `out` unchanged, when it is
/// none. Units: w d h m s ms us ns.
bool parse_duration(std::string_view text, duration& out);
/// The exact spelling in the largest unit that gives one: "90s", "36h", "28d".
std::string format_duration(duration d);

}  // namespace core

#include "core/config_kinds.hpp"  // IWYU pragma: export; the templates above
