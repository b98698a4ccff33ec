#include "render/safe_text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <variant>
#include <vector>

namespace envlift::render {

namespace {

// Texts of an instruction by the way they will be written.
struct Texts {
  std::vector<std::string> words;
  std::vector<std::string> quoted;

  void operator()(const plan::Workdir& workdir) { words.push_back(workdir.path); }
  void operator()(const plan::User& user) { words.push_back(user.name); }
  void operator()(const plan::Entrypoint& entrypoint) { add_quoted(entrypoint.argv); }
  void operator()(const plan::Cmd& cmd) { add_quoted(cmd.argv); }
  void operator()(const plan::CacheMount& cache) { words.push_back(cache.target); }
  void operator()(const plan::SecretMount& secret) { words.push_back(secret.id); }

  void operator()(const plan::Env& env)
  {
    for (const auto& [name, value] : env.variables) {
      words.push_back(name);
      quoted.push_back(value);
    }
  }

  void operator()(const plan::Copy& copy)
  {
    words.insert(words.end(), copy.sources.begin(), copy.sources.end());
    words.push_back(copy.destination);
    if (!copy.from_stage.empty()) {
      words.push_back(copy.from_stage);
    }
  }

  void operator()(const plan::Run& run)
  {
    add_quoted(run.argv);
    for (const plan::Mount& mount : run.mounts) {
      std::visit(*this, mount);
    }
  }

  void add_quoted(const std::vector<std::string>& argv)
  {
    quoted.insert(quoted.end(), argv.begin(), argv.end());
  }
};

}  // namespace

bool is_safe_word(std::string_view text)
{
  const auto allowed = [](char c) {
    return text::is_alnum(c) || std::string_view("._-/:@+~").find(c) != std::string_view::npos;
  };
  return !text.empty() && text.front() != '-' && std::ranges::all_of(text, allowed);
}

bool is_safe_quoted(std::string_view text)
{
  // U+2028 and U+2029 end lines for some readers of the file, though not for the builder's parser.
  const bool separates_lines = text.find("\xE2\x80\xA8") != std::string_view::npos ||
                               text.find("\xE2\x80\xA9") != std::string_view::npos;
  return !separates_lines && text::printable(text) == text;
}

std::optional<std::string> unsafe_text(const plan::Stage& stage)
{
  Texts texts;
  texts.words.push_back(stage.base);
  if (!stage.name.empty()) {
    texts.words.push_back(stage.name);
  }
  for (const plan::Step& step : stage.steps) {
    std::visit([&](const auto& instruction) { texts(instruction); }, step.instruction);
    texts.quoted.push_back(step.comment);
  }
  if (const auto word = std::ranges::find_if_not(texts.words, is_safe_word); word != texts.words.end()) {
    return *word;
  }
  if (const auto text = std::ranges::find_if_not(texts.quoted, is_safe_quoted); text != texts.quoted.end()) {
    return *text;
  }
  return std::nullopt;
}

}  // namespace envlift::render
