#include "audit/audit.hpp"

#include "audit/checks.hpp"
#include "audit/interpreter.hpp"
#include "audit/names.hpp"
#include "base/path.hpp"

#include <algorithm>
#include <tuple>

namespace envlift::audit {

namespace {

// What the entry script hands to the runtime client: CMD's only word, or the word after the client's name where the
// image starts it itself. CMD of another kind of program is no handler.
std::string handler_of(const image::Config& config)
{
  if (const auto client = words_of_client(config); !client.empty()) {
    return client.size() == 1 ? "" : client[1];
  }
  const std::vector<std::string> words = command_line(config);
  const bool is_base_script = !words.empty() && path::file_name(words.front()) == "lambda-entrypoint.sh";
  return is_base_script && words.size() == 2 ? words.back() : "";
}

}   // namespace

std::vector<Finding> audit(const ImageFacts& facts, const Options& options)
{
  const Tree tree(facts);
  const Packages packages(tree);
  const image::Config& config = facts.image.config;
  const Audited image{facts, tree, packages, options.handler.empty() ? handler_of(config) : options.handler,
                      task_root_of(config)};
  Findings findings(packages);
  for (const Check& check : checks()) {
    check.run(image, findings);
  }
  std::vector<Finding> all = findings.take();
  std::ranges::stable_sort(all, [](const Finding& a, const Finding& b) {
    const auto order = [](const Finding& one) {
      return std::tuple(-static_cast<int>(one.severity), one.path, one.code);
    };
    return order(a) < order(b);
  });
  return all;
}

std::vector<Finding> audit_manifest(const image::StoredImage& image, unsigned long long unpacked_bytes)
{
  ImageFacts facts{image, std::vector<LayerFacts>(image.layers.size())};
  const Tree tree(facts);
  const Packages packages(tree);
  const Audited audited{facts, tree, packages, "", task_root_of(image.config)};
  Findings findings(packages);
  check_manifest(audited, findings);
  check_layers(audited, findings);
  check_size(unpacked_bytes, findings);
  check_layer_count(audited, findings);
  check_entry_point_word(audited, findings);
  std::vector<Finding> all = findings.take();
  std::erase_if(all, [](const Finding& one) { return one.severity != diag::Severity::error; });
  return all;
}

}   // namespace envlift::audit
