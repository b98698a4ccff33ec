#include "image/config.hpp"

#include "image/failures.hpp"
#include "image/json_limits.hpp"

#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace envlift::image {

namespace {

using Json = nlohmann::json;

// Reads members of an object. Absent and null are the same; a member of another kind is noted.
class Members {
public:
  Members(const Json& object, std::string& wrong) : object_(object), wrong_(wrong) {}

  std::string text(const char* key) const
  {
    const Json* member = find(key);
    return member != nullptr && expect(member->is_string(), key, "a string") ? member->get<std::string>()
                                                                             : "";
  }

  bool flag(const char* key) const
  {
    const Json* member = find(key);
    return member != nullptr && expect(member->is_boolean(), key, "true or false") && member->get<bool>();
  }

  // A single string too, as old engines wrote ENTRYPOINT and CMD.
  std::vector<std::string> texts(const char* key) const
  {
    const Json* member = find(key);
    std::vector<std::string> all;
    if (member != nullptr && member->is_string()) {
      all.push_back(member->get<std::string>());
    }
    else if (member != nullptr && expect(member->is_array(), key, "an array")) {
      for (const Json& one : *member) {
        if (expect(one.is_string(), key, "an array of strings")) {
          all.push_back(one.get<std::string>());
        }
      }
    }
    return all;
  }

  std::vector<std::pair<std::string, std::string>> pairs(const char* key) const
  {
    const Json* member = find(key);
    std::vector<std::pair<std::string, std::string>> all;
    if (member != nullptr && expect(member->is_object(), key, "an object")) {
      for (const auto& [name, value] : member->items()) {
        if (expect(value.is_string(), key, "an object of strings")) {
          all.emplace_back(name, value.get<std::string>());
        }
      }
    }
    return all;
  }

  const Json* object(const char* key) const
  {
    const Json* member = find(key);
    return member != nullptr && expect(member->is_object(), key, "an object") ? member : nullptr;
  }

  const Json* array(const char* key) const
  {
    const Json* member = find(key);
    return member != nullptr && expect(member->is_array(), key, "an array") ? member : nullptr;
  }

private:
  const Json* find(const char* key) const
  {
    const auto found = object_.find(key);
    return found == object_.end() || found->is_null() ? nullptr : &*found;
  }

  bool expect(bool holds, const char* key, const char* kind) const
  {
    if (!holds && wrong_.empty()) {
      wrong_ = fmt::format("`{}` is not {}", key, kind);
    }
    return holds;
  }

  const Json& object_;
  std::string& wrong_;
};

void read_execution(const Json& execution, Config& config, std::string& wrong)
{
  const Members members(execution, wrong);
  for (const std::string& line : members.texts("Env")) {
    const std::size_t end = line.find('=');
    config.env.emplace_back(line.substr(0, end), end == std::string::npos ? "" : line.substr(end + 1));
  }
  config.entrypoint = members.texts("Entrypoint");
  config.cmd = members.texts("Cmd");
  config.working_dir = members.text("WorkingDir");
  config.user = members.text("User");
  config.labels = members.pairs("Labels");
  if (const Json* healthcheck = members.object("Healthcheck")) {
    config.healthcheck = Members(*healthcheck, wrong).texts("Test");
  }
}

void read_history(const Json& list, Config& config, std::string& wrong)
{
  for (const Json& one : list) {
    if (one.is_object()) {
      const Members members(one, wrong);
      config.history.push_back(
          {members.text("created_by"), members.flag("empty_layer"), members.text("comment")});
    }
    else if (wrong.empty()) {
      wrong = "`history` is not an array of objects";
    }
  }
}

// What is wrong with the image's file system; "" for nothing.
std::string layers_fault(const Config& config)
{
  for (const std::string& diff_id : config.diff_ids) {
    if (!is_sha256_digest(diff_id)) {
      return fmt::format("the diff ID {} is not a sha256 digest", diff_id);
    }
  }
  return config.architecture.empty() || config.os.empty() ? "`architecture` or `os` is missing" : "";
}

}  // namespace

Result<Config> parse_config(std::string_view text)
{
  const auto refuse = [](const std::string& cause) {
    return no_image("this is no configuration of an image: " + cause);
  };
  if (!is_modest_json(text)) {
    return refuse("it is too large");
  }
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) {
    return refuse("it is not a JSON object");
  }
  std::string wrong;
  const Members members(json, wrong);
  Config config;
  config.architecture = members.text("architecture");
  config.os = members.text("os");
  config.created = members.text("created");
  if (const Json* execution = members.object("config")) {
    read_execution(*execution, config, wrong);
  }
  if (const Json* history = members.array("history")) {
    read_history(*history, config, wrong);
  }
  const Json* root = members.object("rootfs");
  if (root == nullptr) {
    return refuse(wrong.empty() ? "`rootfs` is missing" : wrong);
  }
  config.diff_ids = Members(*root, wrong).texts("diff_ids");
  if (wrong.empty()) {
    wrong = layers_fault(config);
  }
  if (!wrong.empty()) {
    return refuse(wrong);
  }
  config.text = text;
  return config;
}

}  // namespace envlift::image
