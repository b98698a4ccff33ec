// One visitor out of several lambdas, for std::visit.
#pragma once

namespace envlift {

template <typename... Visitors>
struct Overload : Visitors... {
  using Visitors::operator()...;
};
template <typename... Visitors>
Overload(Visitors...) -> Overload<Visitors...>;

}  // namespace envlift
