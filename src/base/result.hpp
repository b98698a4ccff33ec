// Result<T>: a value, or the Error that says why there is none.
// The alias keeps a later move to std::expected a change of one line.
#pragma once

#include "base/error.hpp"

#include <tl/expected.hpp>

#include <utility>

namespace envlift {

template <typename T = void>
using Result = tl::expected<T, Error>;

using Failure = tl::unexpected<Error>;

inline Failure fail(Error error)
{
  return Failure(std::move(error));
}

}  // namespace envlift

#define ENVLIFT_CONCAT_INNER(a, b) a##b
#define ENVLIFT_CONCAT(a, b) ENVLIFT_CONCAT_INNER(a, b)

// Returns the error of `expression` to the caller, or goes on.
#define ENVLIFT_TRY(expression)                                     \
  do {                                                              \
    if (auto envlift_result = (expression); !envlift_result) {      \
      return ::envlift::fail(std::move(envlift_result).error());    \
    }                                                               \
  } while (false)

#define ENVLIFT_TRY_ASSIGN_IMPL(temporary, declaration, expression) \
  auto temporary = (expression);                                    \
  if (!temporary) {                                                 \
    return ::envlift::fail(std::move(temporary).error());           \
  }                                                                 \
  declaration = std::move(*temporary)

// Declares a variable with the value of `expression`, or returns its error to the caller.
#define ENVLIFT_TRY_ASSIGN(declaration, expression) \
  ENVLIFT_TRY_ASSIGN_IMPL(ENVLIFT_CONCAT(envlift_try_, __LINE__), declaration, expression)
