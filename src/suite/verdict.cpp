#include "suite/verdict.hpp"

#include <algorithm>
#include <array>

namespace envlift::suite {

namespace {

struct Name {
  Verdict verdict;
  std::string_view name;
};

constexpr std::array k_names = {
  Name{Verdict::ok, "ok"},
  Name{Verdict::mismatch, "mismatch"},
  Name{Verdict::handler_error, "handler_error"},
  Name{Verdict::import_error, "import_error"},
  Name{Verdict::init_error, "init_error"},
  Name{Verdict::init_timeout, "init_timeout"},
  Name{Verdict::timeout, "timeout"},
  Name{Verdict::out_of_memory, "out_of_memory"},
  Name{Verdict::response_too_large, "response_too_large"},
  Name{Verdict::storage_exceeded, "storage_exceeded"},
  Name{Verdict::bad_json, "bad_json"},
  Name{Verdict::crashed, "crashed"},
  Name{Verdict::engine_error, "engine_error"},
};

}   // namespace

std::string_view name_of(Verdict verdict)
{
  return std::ranges::find(k_names, verdict, &Name::verdict)->name;
}

std::optional<Verdict> verdict_named(std::string_view name)
{
  const auto found = std::ranges::find(k_names, name, &Name::name);
  return found == k_names.end() ? std::nullopt : std::optional(found->verdict);
}

std::vector<std::string> verdict_names()
{
  std::vector<std::string> names;
  for (const Name& one : k_names) {
    names.emplace_back(one.name);
  }
  return names;
}

}   // namespace envlift::suite
