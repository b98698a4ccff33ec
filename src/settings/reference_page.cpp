// docs/settings.md, made from the table.
#include "base/text.hpp"
#include "settings/settings.hpp"

#include <fmt/format.h>

namespace envlift::settings {

namespace {

constexpr std::string_view k_head = R"(# Settings

<!-- Made from the table in src/settings/settings.cpp; a test compares the two. -->

Every setting can be given in four places. The first one that gives it wins:

1. the flag on the command line
2. the variable
3. the project's `envlift.yaml`
4. the user file, `~/.config/envlift/config.yaml` (below `$XDG_CONFIG_HOME` where that is set)

A list replaces the list of a weaker place; the two are not joined. An empty variable counts as not set.

)";

constexpr std::string_view k_forms = R"(
## Forms

- Keys with a dot are a map in the files: `installer.url` is `url:` below `installer:`.
- A list is a YAML list in the files, a flag that is repeated, and a variable with commas.
- A path in a file starts from the folder of that file, one of a flag or variable from the current
  folder; `~/` is your home. Paths below the project start from the project folder everywhere.
- An `installer.url` needs its `installer.sha256`, given in the same place or a stronger one.
- A setting whose URL carries credentials is refused, because they would stay in the image: put them in a
  `netrc`, `condarc` or `pip_config`, which the build sees as secrets only.
- A setting of true or false is a flag without a value; `--no-strip=false` takes back what a file or variable sets.
- `slim: trace` is for `build`, `up` and `test`, in the form that envlift puts together; `render` and `--dockerfile` hold
  the whole environment. It asks the cases of `events/` (or `event.json`, or an empty event) and those of `--suite FILE`,
  of `test --event` and of `up --event`. A pattern of `keep` is kept by it too, a kind is not.
- `keep` takes
  - `tests:NAME` for the tests of a package (`tests:numpy`), `tests` for those of all,
  - a kind: `headers` (and pkg-config, Cython's declarations), `docs`, `installers` (pip, wheel), `stdlib` (the
    standard library's own tests, IDLE), `archives` (static libraries), `maps` (of minified scripts), `stubs` (of types),
    `libpython` (where no program needs it),
  - `duplicates`: identical shared objects do not become links,
  - a pattern of paths below the environment, with a `/` or one of `*`, `?`, `[`: `**/numpy/tests/**`, `share/doc`. `*`
    stays within a name, `**` goes over folders, and a folder stands for all in it. Such files stay as they were
    installed: not left out, not stripped, not linked.
- An unknown key, or a value without the form of its setting, is an error that names its place.

```yaml
# envlift.yaml
handler: app.lambda_handler
memory: 2048
default_channels: [https://conda.example.com/main]
installer:
  url: https://conda.example.com/installer.sh
  sha256: 6c8c4bbb0c3ba1ab4d6b7e9aa3b6ddbd39ab1b2ff1bf5e2d6ecc1d1d8c5ef3a0
```
)";

std::string code_of(std::string_view text)
{
  return text.empty() ? "" : fmt::format("`{}`", text);
}

std::string value_of(const Row& row)
{
  switch (row.kind) {
    case Kind::text: return "text";
    case Kind::integer: return fmt::format("{} to {}", row.range.least, row.range.most);
    case Kind::list: return "list";
    case Kind::path: return "path";
    case Kind::program: return "name or path";
    case Kind::toggle: return "`true` or `false`";
    case Kind::choice: break;
  }
  std::vector<std::string> choices;
  for (const std::string_view choice : text::split(row.choices, '|')) {
    choices.push_back(code_of(choice));
  }
  return text::join(choices, " or ");
}

std::string default_of(const Row& row)
{
  const Settings defaults;
  if (const auto* number = std::get_if<int Settings::*>(&row.slot)) {
    return code_of(std::to_string(defaults.**number));
  }
  if (std::holds_alternative<bool Settings::*>(row.slot)) {
    return code_of("false");
  }
  const auto* member = std::get_if<std::string Settings::*>(&row.slot);
  const std::string shown = member == nullptr ? "" : code_of(defaults.**member);
  return shown.empty() ? std::string(row.unset) : shown;
}

std::string line_of(const Row& row)
{
  return fmt::format("| `{}` | `{}` | `{}` | {} | {} | {} |\n", row.key, row.flag, row.variable,
                     value_of(row), default_of(row), row.doc);
}

}  // namespace

std::string reference_page()
{
  std::string page(k_head);
  page += "| key | flag | variable | value | default | meaning |\n|---|---|---|---|---|---|\n";
  for (const Row& row : table()) {
    page += line_of(row);
  }
  page += k_forms;
  page += "\n## Variables that are no settings\n\n| variable | meaning |\n|---|---|\n";
  for (const ProcessVariable& variable : process_variables()) {
    page += fmt::format("| `{}` | {} |\n", variable.name, variable.doc);
  }
  return page;
}

}  // namespace envlift::settings
