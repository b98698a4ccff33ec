// Codes 12: locks that envlift writes.
#include "diag/code_rows.hpp"

namespace envlift::diag {

std::vector<CodeInfo> rows_of_lock()
{
  using enum Severity;
  // clang-format off: one shape for every row
  return {
    {"EL1201", error, "a file in the lock's place is not one that envlift wrote",
     "The lock would replace a file of another tool, or one that was written by hand.",
     "Name another file with -o, or replace it with --force.",
     {k_shell, "envlift lock .",
       "envlift lock . -o pylock.lambda.toml"}},
    {"EL1202", error, "an installed package cannot be locked",
     "A lock names the place and the hash of every package. This one came from a place that the next build does not "
     "have, or that must not be written down, or its installer did not tell.",
     "Install the package from an index or a channel."},
    {"EL1203", error, "the builder's record of what it installed cannot be read",
     "The builder writes down what conda and pip installed, and the record is not there or of another form: scripts of "
     "--templates are of another release of envlift, or a file of the cache is damaged.",
     "Build anew with --no-cache, and without --templates."},
    {"EL1204", warning, "packages are locked without a hash",
     "The environment's pip is older than 22.2 and does not tell the files that it installed: the lock has names and "
     "versions, and nothing checks what the next build downloads.",
     "Add a later pip to the environment.",
     {k_conda, "dependencies:\n  - python=3.11\n  - pip=22.0\n  - pip: [tabulate]",
       "dependencies:\n  - python=3.11\n  - pip\n  - pip: [tabulate]"}},
    {"EL1205", error, "the lock's name is not one that its readers know",
     "conda-lock.yml is known by its ending .yml or .yaml, PEP 751's locks by the names pylock.toml and pylock.NAME.toml.",
     "Choose such a name.",
     {k_shell, "envlift lock . -o requirements.lock",
       "envlift lock . -o pylock.lambda.toml"}},
  };
  // clang-format on
}

}  // namespace envlift::diag
