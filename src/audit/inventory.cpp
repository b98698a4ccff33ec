#include "audit/inventory.hpp"

#include "audit/base_layers.hpp"
#include "audit/interpreter.hpp"
#include "audit/package_records.hpp"
#include "base/sha256.hpp"
#include "base/text.hpp"
#include "environment/credentials.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <nlohmann/json.hpp>

namespace envlift::audit {

namespace {

using Json = nlohmann::json;

std::string member(const Json& object, const char* key)
{
  const auto found = object.is_object() ? object.find(key) : object.end();
  return object.is_object() && found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// A place that anybody may see: on a network, and without credentials.
std::string public_url(const std::string& url)
{
  const bool is_remote = url.starts_with("https://") || url.starts_with("http://");
  const bool is_secret = environment::has_credentials(url) || environment::has_fixed_credentials(url);
  return is_remote && !is_secret ? url : "";
}

// conda's own channels by their names, others by their URLs: "https://conda.anaconda.org/conda-forge/linux-64" ->
// "conda-forge".
std::string channel_name(std::string channel, const std::string& subdir)
{
  while (channel.ends_with('/')) {
    channel.pop_back();
  }
  if (!subdir.empty() && channel.ends_with("/" + subdir)) {
    channel.resize(channel.size() - subdir.size() - 1);
  }
  for (const std::string_view host : {"https://conda.anaconda.org/", "https://repo.anaconda.com/pkgs/"}) {
    if (channel.starts_with(host)) {
      channel.erase(0, host.size());
    }
  }
  const bool is_url = channel.find("://") != std::string::npos;
  const bool is_secret = environment::has_credentials(channel) || environment::has_fixed_credentials(channel);
  return is_secret || (is_url && public_url(channel).empty()) ? "" : channel;
}

void add_hash(Component& component, const std::string& algorithm, const std::string& digits)
{
  const std::size_t length = algorithm == "md5" ? 32 : algorithm == "sha256" ? 64 : 0;
  const std::string lower = text::to_lower(digits);
  if (lower.size() == length && length > 0 && text::is_lower_hex(lower)) {
    component.hashes.insert_or_assign(algorithm, lower);
  }
}

void describe_conda(std::string_view text, Component& component)
{
  const Json record = Json::parse(text, nullptr, false);
  component.name = member(record, "name");
  component.build = member(record, "build");
  component.subdir = member(record, "subdir");
  component.channel = channel_name(member(record, "channel"), component.subdir);
  component.url = public_url(member(record, "url"));
  component.license = member(record, "license");
  add_hash(component, "md5", member(record, "md5"));
  add_hash(component, "sha256", member(record, "sha256"));
}

// direct_url.json (PEP 610): what was not found in an index.
void describe_place(std::string_view text, Component& component)
{
  const Json direct = Json::parse(text, nullptr, false);
  if (!direct.is_object()) {
    return;
  }
  component.url = public_url(member(direct, "url"));
  const Json archive = direct.value("archive_info", Json::object());
  const Json hashes = archive.is_object() ? archive.value("hashes", Json::object()) : Json::object();
  add_hash(component, "sha256", member(hashes, "sha256"));
  const Json vcs = direct.value("vcs_info", Json::object());
  if (!component.url.empty() && !member(vcs, "vcs").empty()) {
    component.url = member(vcs, "vcs") + "+" + component.url + "@" + member(vcs, "commit_id");
  }
}

// The license expression (PEP 639), the field of old, or the classifiers: what a distribution has of them, in this order.
std::string license_of(std::string_view metadata)
{
  constexpr std::string_view k_classifier = "Classifier: License :: ";
  std::string field;
  std::vector<std::string> classifiers;
  for (const std::string_view line : text::lines(metadata)) {
    const std::string_view value = text::trim(line.substr(std::min(line.find(':') + 1, line.size())));
    if (line.starts_with("License-Expression:") && !value.empty()) {
      return std::string(value);
    }
    if (line.starts_with("License:") && value != "UNKNOWN") {
      field = value;
    }
    if (line.starts_with(k_classifier)) {
      classifiers.emplace_back(value.substr(value.rfind(":: ") + 3));
    }
  }
  return field.empty() ? text::join(classifiers, ", ") : field;
}

void describe_pip(const Tree& tree, Component& component)
{
  for (const char* file : {"/METADATA", "/PKG-INFO", ""}) {
    if (const std::string_view metadata = text_of(tree, component.place + file); !metadata.empty()) {
      component.license = license_of(metadata);
      break;
    }
  }
  describe_place(text_of(tree, component.place + "/direct_url.json"), component);
}

Component component_of(const Tree& tree, const Package& package)
{
  Component component;
  component.kind = package.kind;
  component.name = package.name;
  component.version = package.version;
  component.place = package.place;
  switch (package.kind) {
    case Package::Kind::conda: describe_conda(text_of(tree, package.place), component); break;
    case Package::Kind::pip: describe_pip(tree, component); break;
    case Package::Kind::system: break;
  }
  return component;
}

// The metadata's own layer tells whose a package is. A folder that no layer has an entry for is told by its files.
bool is_of_base(const Tree& tree, const BaseLayers& base, const Package& package)
{
  for (const char* file : {"", "/METADATA", "/PKG-INFO"}) {
    if (const TreeFile* found = tree.find(package.place + file)) {
      return base.has(*found);
    }
  }
  return true;   // the system's, without a list of files
}

// A value of os-release(5); "" for none.
std::string of_system(const Tree& tree, std::string_view key)
{
  for (const char* path : {"etc/os-release", "usr/lib/os-release"}) {
    const TreeFile* file = tree.open(path);
    for (const std::string_view line : text::lines(file == nullptr ? std::string_view() : file->file->text)) {
      if (line.starts_with(key) && line.substr(key.size()).starts_with('=')) {
        std::string_view value = text::trim(line.substr(key.size() + 1));
        const bool is_quoted = value.size() >= 2 && value.front() == value.back() &&
                               (value.front() == '"' || value.front() == '\'');
        return std::string(is_quoted ? value.substr(1, value.size() - 2) : value);
      }
    }
  }
  return "";
}

// envlift writes the base's reference behind the base's layers.
std::string base_reference(const image::Config& config)
{
  const auto is_ours = [](const image::History& step) { return step.created_by.starts_with("envlift: "); };
  const bool is_assembled = std::ranges::any_of(config.history, is_ours);
  return is_assembled ? config.history.front().created_by : "";
}

std::string chain_id(const image::Config& config, std::size_t layers)
{
  std::string chain;
  for (std::size_t i = 0; i < layers && i < config.diff_ids.size(); ++i) {
    chain = chain.empty() ? config.diff_ids[i] : "sha256:" + sha256_hex(chain + " " + config.diff_ids[i]);
  }
  return chain;
}

void sort(std::vector<Component>& components)
{
  std::ranges::sort(components, {},
                    [](const Component& one) { return std::tie(one.kind, one.name, one.place); });
}

}   // namespace

Inventory inventory(const ImageFacts& facts)
{
  const image::Config& config = facts.image.config;
  const Tree tree(facts);
  const Packages packages(tree);
  const Audited audited{facts, tree, packages, "", task_root_of(config)};
  const BaseLayers base(audited);
  Inventory inventory;
  inventory.image_id = "sha256:" + sha256_hex(config.text);
  inventory.architecture = config.architecture;
  inventory.created = config.created;
  inventory.system = of_system(tree, "ID");
  inventory.base_name = base_reference(config);
  inventory.base_name = inventory.base_name.empty() ? of_system(tree, "PRETTY_NAME") : inventory.base_name;
  inventory.base_chain = chain_id(config, base.count());
  for (const Package& package : packages.all()) {
    (is_of_base(tree, base, package) ? inventory.base : inventory.own).push_back(component_of(tree, package));
  }
  sort(inventory.base);
  sort(inventory.own);
  return inventory;
}

}   // namespace envlift::audit
