// What a pixi environment is besides its packages: variables, and wishes that an image does not fulfil.
#include "input/pixi_manifest.hpp"
#include "input/wheel_name.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

namespace envlift::input {

namespace {

// The N of "2.N"; nothing for any other text.
std::optional<int> minor_of_glibc(std::string_view version)
{
  int minor = 0;
  const std::string_view digits = version.starts_with("2.") ? version.substr(2) : "";
  const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), minor);
  return problem == std::errc() ? std::optional(minor) : std::nullopt;
}

std::string version_of(const toml::node& node)
{
  if (const toml::table* table = node.as_table()) {
    const toml::node* version = table->get("version");
    return version == nullptr ? "" : version_of(*version);
  }
  if (const auto number = node.value_exact<double>()) {
    return fmt::format("{}", *number);
  }
  return node.value_exact<std::string>().value_or("");
}

void add_variable(const std::string& name, const diag::Span& place, const toml::node& value, const toml::table& in,
                  PixiFile& file)
{
  const auto text = file.toml.text(in, name);
  if (!text || refuse_variable_name(name, place, file.conda)) {
    return;
  }
  if (text->find('$') != std::string::npos) {
    file.note_no_effect(fmt::format("$ in {}", name), "no shell puts values in", "write the value out",
                         file.toml.place(value));
  }
  set_variable(name, *text, file.toml.place(value), file.conda);
}

}  // namespace

void add_activation(const toml::table& part, PixiFile& file)
{
  const toml::table* activation = file.toml.table(part, "activation");
  if (activation == nullptr) {
    return;
  }
  if (const toml::node* scripts = activation->get("scripts")) {
    file.note_no_effect("activation.scripts", "nothing is activated where a function runs",
                         "set what they set below [activation.env]", file.toml.place(*scripts));
  }
  const toml::table* variables = file.toml.table(*activation, "env");
  if (variables == nullptr) {
    return;
  }
  for (const auto& [key, value] : *variables) {
    add_variable(std::string(key.str()), file.toml.place(key), value, *variables, file);
  }
}

// What only pixi's own solve and build can do.
void refuse_rest(const toml::table& part, PixiFile& file)
{
  if (const toml::table* constraints = file.toml.table(part, "constraints"); constraints && !constraints->empty()) {
    file.note_no_effect("constraints", "conda's environments have no constraints",
                         "write them in [dependencies] where the package is wanted, or use pixi.lock",
                         file.toml.place(*constraints));
  }
  if (const toml::table* dev = file.toml.table(part, "dev"); dev && !dev->empty()) {
    file.diagnostics().add("EL0246", "`dev` names packages by their sources, which only pixi can read",
                      "write their dependencies into [dependencies]", file.toml.place(*dev));
  }
}

void check_system(const toml::table& system, PixiFile& file)
{
  const int have = glibc_minor(file.conda.target);
  if (const toml::node* libc = system.get("libc"); libc != nullptr && file.conda.target.has_known_glibc) {
    const std::string version = version_of(*libc);
    const auto wanted = minor_of_glibc(version);
    if (wanted && *wanted > have) {
      file.note_no_effect("system-requirements.libc",
                           fmt::format("it asks for glibc {}, and the image has 2.{}", shown(version), have),
                           "choose a Python from 3.12 on, or packages for the older glibc", file.toml.place(*libc));
    }
  }
  if (const toml::node* cuda = system.get("cuda")) {
    file.note_no_effect("system-requirements.cuda", "Lambda has no graphics processor",
                         "choose builds for the processor alone", file.toml.place(*cuda));
  }
}

}  // namespace envlift::input
