#pragma once

// The templates of core/config_reader.hpp, which includes this; not to be included by itself.

#include <concepts>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

#include "core/config_reader.hpp"

namespace core {
namespace detail {

/// The kinds that need no template, one instance each.
const value_kind& scalar_kind(std::type_identity<bool>);
const value_kind& scalar_kind(std::type_identity<double>);
const value_kind& scalar_kind(std::type_identity<std::string>);
const value_kind& scalar_kind(std::type_identity<duration>);
const value_kind& scalar_kind(std::type_identity<address>);
const value_kind& scalar_kind(std::type_identity<base_url>);
const value_kind& scalar_kind(std::type_identity<secret>);
const value_kind& scalar_kind(std::type_identity<byte_size>);

/// The work of the templates below that does not depend on their type. Nullopt and false mean that
/// a problem was added.
/// `scalar_text` gives a scalar's text with references replaced.
std::optional<std::string> scalar_text(const node& from, const std::string& noun,
                                       const std::string& expected, reading& r);
std::optional<std::int64_t> read_integer(const node& from, std::int64_t lo, std::int64_t hi,
                                         reading& r);
std::optional<std::uint64_t> read_integer(const node& from, std::uint64_t lo, std::uint64_t hi,
                                          reading& r);
std::optional<std::size_t> read_choice(const node& from, std::span<const std::string_view> names,
                                       reading& r);
bool expect_kind(const node& from, node_kind kind, reading& r);
std::string join(std::span<const std::string_view> words, std::string_view separator);
std::string quoted_key(std::string_view key);
void read_document(const document& from, const struct_table& table, void* into, problems& found,
                   const environment& env);

template <class I>
class integer_kind final : public value_kind {
  using limits = std::numeric_limits<I>;
  using wide = std::conditional_t<std::is_signed_v<I>, std::int64_t, std::uint64_t>;

 public:
  void read(const node& from, void* into, reading& r) const override {
    const auto value = read_integer(from, wide{limits::min()}, wide{limits::max()}, r);
    if (value) *static_cast<I*>(into) = static_cast<I>(*value);
  }
  std::string schema() const override { return R"({"type":"integer"})"; }
  std::string name() const override { return "integer"; }
  std::string show(const void* value) const override {
    return std::to_string(*static_cast<const I*>(value));
  }
  bool within(const void* value, long double lo, long double hi) const override {
    const auto v = static_cast<long double>(*static_cast<const I*>(value));
    return v >= lo && v <= hi;
  }
};

template <class E>
class enum_kind final : public value_kind {
 public:
  enum_kind() {
    for (const auto& [name, value] : config_names(E{})) {
      values_.push_back(value);
      names_.push_back(name);
    }
  }
  void read(const node& from, void* into, reading& r) const override {
    if (const auto i = read_choice(from, names_, r)) *static_cast<E*>(into) = values_[*i];
  }
  std::string schema() const override { return R"({"enum":[")" + join(names_, "\",\"") + "\"]}"; }
  std::string name() const override { return "one of " + join(names_, ", "); }
  std::string show(const void* value) const override {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      if (values_[i] == *static_cast<const E*>(value)) return std::string(names_[i]);
    }
    return "?";
  }

 private:
  std::vector<E> values_;
  std::vector<std::string_view> names_;
};

template <class T>
class struct_kind final : public value_kind {
 public:
  void read(const node& from, void* into, reading& r) const override {
    table_of<T>().read(from, into, r);
  }
  std::string schema() const override { return table_of<T>().schema(); }
  std::string name() const override { return "map"; }
  std::string show(const void* value) const override { return table_of<T>().show(value); }
  const struct_table* table() const override { return &table_of<T>(); }
};

template <class E>
class list_kind final : public value_kind {
  static_assert(!std::is_same_v<E, bool>, "std::vector<bool> has no addressable elements");
  using list = std::vector<E>;

 public:
  void read(const node& from, void* into, reading& r) const override {
    if (!expect_kind(from, node_kind::sequence, r)) return;
    list items;
    for (const node& item : from.items) kind_of<E>().read(item, &items.emplace_back(), r);
    *static_cast<list*>(into) = std::move(items);
  }
  std::string schema() const override {
    return R"({"type":"array","items":)" + kind_of<E>().schema() + "}";
  }
  std::string name() const override { return "list of " + kind_of<E>().name(); }
  std::string show(const void* value) const override {
    std::string out;
    for (const E& item : *static_cast<const list*>(value)) {
      out += (out.empty() ? "" : ", ") + kind_of<E>().show(&item);
    }
    return "[" + out + "]";
  }
  const struct_table* table() const override { return kind_of<E>().table(); }
  std::string nesting() const override { return "[]" + kind_of<E>().nesting(); }
  bool within(const void* value, long double lo, long double hi) const override {
    for (const E& item : *static_cast<const list*>(value)) {
      if (!kind_of<E>().within(&item, lo, hi)) return false;
    }
    return true;
  }
};

template <class V>
class map_kind final : public value_kind {
  using map = std::map<std::string, V>;

 public:
  void read(const node& from, void* into, reading& r) const override {
    if (!expect_kind(from, node_kind::map, r)) return;
    map values;
    for (const node::member& m : from.members) {
      kind_of<V>().read(m.value, &values[m.key.text], r);
    }
    *static_cast<map*>(into) = std::move(values);
  }
  std::string schema() const override {
    return R"({"type":"object","additionalProperties":)" + kind_of<V>().schema() + "}";
  }
  std::string name() const override { return "map of " + kind_of<V>().name(); }
  std::string show(const void* value) const override {
    std::string out;
    for (const auto& [key, v] : *static_cast<const map*>(value)) {
      out += (out.empty() ? "" : ", ") + quoted_key(key) + ": " + kind_of<V>().show(&v);
    }
    return "{" + out + "}";
  }
  const struct_table* table() const override { return kind_of<V>().table(); }
  std::string nesting() const override { return ".<name>" + kind_of<V>().nesting(); }
  bool within(const void* value, long double lo, long double hi) const override {
    for (const auto& [key, v] : *static_cast<const map*>(value)) {
      if (!kind_of<V>().within(&v, lo, hi)) return false;
    }
    return true;
  }
};

template <class T>
class optional_kind final : public value_kind {
  using optional = std::optional<T>;

 public:
  void read(const node& from, void* into, reading& r) const override {
    kind_of<T>().read(from, &static_cast<optional*>(into)->emplace(), r);
  }
  std::string schema() const override { return kind_of<T>().schema(); }
  std::string name() const override { return kind_of<T>().name(); }
  std::string show(const void* value) const override {
    const auto& v = *static_cast<const optional*>(value);
    return v ? kind_of<T>().show(&*v) : "null";
  }
  const struct_table* table() const override { return kind_of<T>().table(); }
  std::string nesting() const override { return kind_of<T>().nesting(); }
  bool within(const void* value, long double lo, long double hi) const override {
    const auto& v = *static_cast<const optional*>(value);
    return !v || kind_of<T>().within(&*v, lo, hi);
  }
};

template <class T>
concept scalar_value = requires {
  scalar_kind(std::type_identity<T>{});
};
template <class T>
concept named_enum = std::is_enum_v<T> && requires {
  config_names(T{});
};
template <class T>
concept described = requires(fields<T>& f) {
  T::describe(f);
};

// What a type's kind is; a type without one does not compile.
template <class T>
struct kind_for;
template <class T>
requires(std::is_integral_v<T> && !std::is_same_v<T, bool>) struct kind_for<T>
    : std::type_identity<integer_kind<T>> {
};
template <named_enum T>
struct kind_for<T> : std::type_identity<enum_kind<T>> {};
template <described T>
struct kind_for<T> : std::type_identity<struct_kind<T>> {};
template <class E>
struct kind_for<std::vector<E>> : std::type_identity<list_kind<E>> {};
template <class V>
struct kind_for<std::map<std::string, V>> : std::type_identity<map_kind<V>> {};
template <class T>
struct kind_for<std::optional<T>> : std::type_identity<optional_kind<T>> {};

// A bound as the number `within` compares, and as people write it.
template <class N>
requires std::is_arithmetic_v<N>
long double bound_number(N n) {
  return static_cast<long double>(n);
}
inline long double bound_number(duration d) {
  return static_cast<long double>(d.count());
}
inline long double bound_number(byte_size s) {
  return static_cast<long double>(s.bytes);
}

std::string bound_text(double n);
inline std::string bound_text(duration d) {
  return format_duration(d);
}
inline std::string bound_text(byte_size s) {
  return format_byte_size(s);
}
template <std::integral N>
std::string bound_text(N n) {
  return std::to_string(n);
}

}  // namespace detail

template <class L, class H>
field_row& field_row::range(L lo, H hi) {
  low = detail::bound_text(lo);
  high = detail::bound_text(hi);
  within = [k = kind, lo = detail::bound_number(lo),
            hi = detail::bound_number(hi)](const void* value) { return k->within(value, lo, hi); };
  return *this;
}

template <class T>
const value_kind& kind_of() {
  if constexpr (detail::scalar_value<T>) {
    return detail::scalar_kind(std::type_identity<T>{});
  } else {
    static const typename detail::kind_for<T>::type kind;
    return kind;
  }
}

template <class T>
const struct_table& table_of() {
  static const struct_table table = [] {
    struct_table t;
    t.make_default = []() -> std::shared_ptr<void> { return std::make_shared<T>(); };
    fields<T> f(t);
    T::describe(f);
    return t;
  }();
  return table;
}

template <class T>
template <class M>
field_row& fields<T>::add(const char* name, M T::*member, const char* doc, bool required) {
  field_row& row = table_.rows.emplace_back();
  row.name = name;
  row.doc = doc;
  row.required = required;
  row.kind = &kind_of<M>();
  row.member = [member](void* in) -> void* { return &(static_cast<T*>(in)->*member); };
  return row;
}

template <class T>
T read_config(const document& from, problems& found, const environment& env) {
  T value{};
  detail::read_document(from, table_of<T>(), &value, found, env);
  return value;
}

template <class T>
T load_config(const std::string& path, problems& found, const environment& env) {
  return read_config<T>(document::load(path, found), found, env);
}

}  // namespace core
