// SPDX-License-Identifier: MIT
// Result<T>: a value or an Error, for everything that can fail at run time. Member names are those
// of std::expected, so that it can become an alias of it.
#pragma once

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>
#include <variant>

namespace dt {

// What went wrong, in words for the user, with the errno behind it (0 = none).
struct Error {
  std::string message;
  int errno_value = 0;
};

// An Error from errno: "what: strerror".
inline Error error_from_errno(std::string what, int errno_value) {
  return Error{what + ": " + std::strerror(errno_value), errno_value};
}

template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  bool has_value() const { return state_.index() == 0; }
  explicit operator bool() const { return has_value(); }
  T& value() { return std::get<0>(state_); }
  const T& value() const { return std::get<0>(state_); }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  Error& error() { return std::get<1>(state_); }
  const Error& error() const { return std::get<1>(state_); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), is_error_(true) {}

  bool has_value() const { return !is_error_; }
  explicit operator bool() const { return has_value(); }
  Error& error() { return error_; }
  const Error& error() const { return error_; }

 private:
  Error error_;
  bool is_error_ = false;
};

}  // namespace dt
