#include "cli/setting_groups.hpp"

#include <map>

namespace envlift::cli {

const std::set<std::string_view>& keys_of(Group group)
{
  static const std::map<Group, std::set<std::string_view>> groups = {
    {Group::environment, {"environment", "group", "extra", "pixi_environment", "python", "arch"}},
    {Group::image, {"handler",        "code",          "base",
                    "os_base",        "strategy",      "tag",
                    "installer.kind", "installer.url", "installer.sha256",
                    "channel",        "channel_alias", "default_channels",
                    "accept_tos",     "no_prune",      "keep",
                    "no_strip",       "debug_ranges",  "ca_bundle",
                    "pip_config",     "condarc",       "netrc",
                    "build_network"}},
    {Group::slim, {"slim"}},
    {Group::doctor,
     {"base", "installer.kind", "installer.url", "installer.sha256", "ca_bundle", "pip_config", "condarc",
      "netrc", "emulator.url", "emulator.sha256"}},
    {Group::invoke,
     {"memory", "timeout", "ephemeral_storage", "sandbox", "fake_credentials", "emulator.path",
      "emulator.url", "emulator.sha256"}},
    {Group::test, {"max_init"}},
    {Group::audit, {"handler", "engine", "arch"}},
    {Group::engine, {"engine"}},
    {Group::push, {"registry", "repository", "region", "push_tag", "plain_http", "ca_bundle"}},
  };
  return groups.at(group);
}

}  // namespace envlift::cli
