#include "render/instruction.hpp"

#include "base/overload.hpp"
#include "base/text.hpp"

#include <variant>
#include <vector>

#include <fmt/format.h>

namespace envlift::render {

namespace {

std::string exec_form(const std::vector<std::string>& argv)
{
  std::vector<std::string> words;
  words.reserve(argv.size());
  for (const std::string& word : argv) {
    words.push_back(text::json_quote(word));
  }
  return "[" + text::join(words, ", ") + "]";
}

// Double-quoted; the builder expands `$` and takes backslash and quote as special in ENV.
std::string env_value(const std::string& value)
{
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\' || c == '$') {
      quoted += '\\';
    }
    quoted += c;
  }
  return quoted + "\"";
}

std::string mount_flag(const plan::Mount& mount)
{
  return std::visit(Overload{
          // Locked: two builds that fill one package cache at once would spoil it.
                      [](const plan::CacheMount& cache) {
                        return fmt::format("--mount=type=cache,target={},sharing={}", cache.target,
                                           cache.shared ? "shared" : "locked");
                      },
          // Required: a forgotten secret must stop the build, not download as nobody.
                      [](const plan::SecretMount& secret) {
                        return fmt::format("--mount=type=secret,id={},required=true", secret.id);
                      },
                    },
                    mount);
}

// Goes on in the next line, below the instruction's arguments.
constexpr std::string_view k_continued = " \\\n    ";
constexpr std::size_t k_line_width = 100;

std::string run_line(const plan::Run& run)
{
  std::vector<std::string> parts;
  parts.reserve(run.mounts.size() + 1);
  for (const plan::Mount& mount : run.mounts) {
    parts.push_back(mount_flag(mount));
  }
  parts.push_back(exec_form(run.argv));
  return "RUN " + text::join(parts, k_continued);
}

std::string copy_line(const plan::Copy& copy)
{
  const std::string from = copy.from_stage.empty() ? "" : fmt::format("--from={} ", copy.from_stage);
  std::vector<std::string> places = copy.sources;
  places.push_back(copy.destination);
  const std::string line = fmt::format("COPY {}{}", from, text::join(places, " "));
  return line.size() <= k_line_width ? line : fmt::format("COPY {}{}", from, text::join(places, k_continued));
}

std::string env_line(const plan::Env& env)
{
  std::vector<std::string> pairs;
  pairs.reserve(env.variables.size());
  for (const auto& [name, value] : env.variables) {
    pairs.push_back(fmt::format("{}={}", name, env_value(value)));
  }
  return "ENV " + text::join(pairs, k_continued);
}

}  // namespace

std::string instruction_line(const plan::Instruction& instruction)
{
  return std::visit(
      Overload{
        [](const plan::Workdir& workdir) { return "WORKDIR " + workdir.path; },
        [](const plan::User& user) { return "USER " + user.name; },
        [](const plan::Env& env) { return env_line(env); },
        [](const plan::Copy& copy) { return copy_line(copy); },
        [](const plan::Run& run) { return run_line(run); },
        [](const plan::Entrypoint& entrypoint) { return "ENTRYPOINT " + exec_form(entrypoint.argv); },
        [](const plan::Cmd& cmd) { return "CMD " + exec_form(cmd.argv); },
      },
      instruction);
}

}  // namespace envlift::render
