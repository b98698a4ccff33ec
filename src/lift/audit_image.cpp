#include "lift/audit_image.hpp"

#include "audit/collector.hpp"
#include "base/text.hpp"
#include "base/version.hpp"
#include "input/input.hpp"
#include "lift/file_bytes.hpp"
#include "lift/kept_facts.hpp"
#include "lift/layer_store.hpp"
#include "sys/files.hpp"

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace envlift::lift {

namespace {

std::string summary(const std::vector<audit::Finding>& findings)
{
  const auto count = [&](diag::Severity severity) {
    return static_cast<std::size_t>(std::ranges::count(findings, severity, &audit::Finding::severity));
  };
  const auto errors = count(diag::Severity::error);
  const auto warnings = count(diag::Severity::warning);
  return errors + warnings == 0 ? "nothing wrong"
                                : text::counted(errors, "error") + ", " + text::counted(warnings, "warning");
}

// What makes an image unusable is a finding on it; a file that holds no image is none.
bool is_of_image(const Error& error)
{
  return text::is_one_of(error.code, {"EL1101", "EL1103", "EL1104", "EL1139"});
}

// An image for another machine than the one that was asked for: as a whole, so that it comes first.
void add_other_machine(const audit::ImageFacts& facts, const std::string& arch,
                       std::vector<audit::Finding>& findings)
{
  const std::string wanted = arch == "arm64" ? "arm64" : "amd64";
  const image::Config& config = facts.image.config;
  if (config.architecture != wanted) {
    findings.insert(findings.begin(), {"EL1139",
                                       diag::Severity::error,
                                       "",
                                       "",
                                       fmt::format("the image is for {}/{}, and linux/{} is asked for",
                                                   config.os, config.architecture, wanted),
                                       fmt::format("build it with `--arch {}`, or audit it without", arch),
                                       {}});
  }
}

// The only image of a layout is the one that is meant, whatever machine it is for.
ReadImage reader_of_any(const ImageRequest& request, const Connect& connect)
{
  return [request, connect](image::LayerVisitor& visitor) {
    auto stored = reader_of(request, connect)(visitor);
    if (stored || stored.error().code != "EL1106") {
      return stored;
    }
    ImageRequest any = request;
    any.arch.clear();
    return reader_of(any, connect)(visitor);
  };
}

Result<std::vector<audit::Finding>> audited(const std::function<Result<audit::ImageFacts>()>& read,
                                            const std::string& handler, const std::string& wanted_arch,
                                            const audit::Baseline& baseline, report::Talk& talk,
                                            diag::Diagnostics& diagnostics)
{
  talk.step_begins("auditing the image");
  const auto facts = read();
  if (!facts) {
    talk.step_ends("failed");
    return fail(facts.error());
  }
  auto all = audit::audit(*facts, {handler});
  if (!wanted_arch.empty()) {
    add_other_machine(*facts, wanted_arch, all);
  }
  auto findings = audit::without_accepted(std::move(all), baseline, diagnostics);
  talk.step_ends(summary(findings));
  return findings;
}

Result<audit::ImageFacts> facts_of_engine(engine::Engine& engine, const std::string& reference)
{
  return image_facts(
      [&](image::LayerVisitor& visitor) { return read_from_engine(engine, reference, visitor); });
}

// An image that was put together here: its layers lie in the store, those of the base from the first audit on. Engines
// pack an image anew whenever they hand it out. What is known of a layer is kept, so that an edited handler costs the
// reading of one.
Result<audit::ImageFacts> facts_of_assembled(engine::Engine& engine, const Built& built)
{
  const LayerStore store;
  const auto is_missing = [&](const std::string& layer) { return !store.has(layer); };
  if (std::ranges::any_of(built.base.layers, is_missing)) {
    ENVLIFT_TRY(engine.save(built.base.id, [&](image::ByteSource& archive) {
      return store.take_from(archive, built.base.layers);
    }));
  }
  if (std::ranges::any_of(built.image.layers, is_missing)) {
    return facts_of_engine(engine, built.image.tag);
  }
  const KeptFacts kept;
  audit::Collector collector([&](const std::string& layer) { return kept.find(layer); });
  const image::OpenLayer open = [&](const std::string& layer) { return store.open(layer); };
  ENVLIFT_TRY_ASSIGN(image::StoredImage stored,
                     image::read_layer_files(built.config, built.image.tag, open, collector));
  audit::ImageFacts facts{std::move(stored), collector.take()};
  kept.keep(facts);
  return facts;
}

// Says that this version of envlift found nothing in the image: "sha256:…" as a file's name.
std::string mark_of(const engine::Image& image)
{
  return fmt::format("{}/audit/{}-{}", sys::cache_folder(), k_version, text::replace_all(image.id, ":", "-"));
}

}  // namespace

Result<audit::Baseline> read_baseline(const std::string& path, diag::Diagnostics& diagnostics,
                                      diag::Sources& sources)
{
  if (path.empty()) {
    return audit::Baseline{};
  }
  ENVLIFT_TRY_ASSIGN(std::string text, sys::read_file(path, input::k_handwritten_limit_bytes));
  const std::string_view kept = sources.add(path, std::move(text));
  return audit::read_baseline(path, kept, diagnostics);
}

Result<std::vector<audit::Finding>> write_baseline(const std::string& path, audit::Baseline baseline,
                                                   const std::vector<audit::Finding>& findings)
{
  baseline = audit::accepting(std::move(baseline), findings);
  ENVLIFT_TRY(sys::write_output(path, audit::baseline_text(baseline)));
  diag::Diagnostics unused;   // what nothing meets was told by the audit
  return audit::without_accepted(findings, baseline, unused);
}

Result<std::vector<audit::Finding>> audit_built(engine::Engine& engine, const Built& built,
                                                const audit::Baseline& baseline, report::Talk& talk,
                                                diag::Diagnostics& diagnostics)
{
  const engine::Image& image = built.image;
  const std::string mark = mark_of(image);
  if (!image.id.empty() && sys::is_file(mark)) {
    talk.detail("auditing the image: nothing was wrong with it when it was built");
    return std::vector<audit::Finding>{};
  }
  const auto read = [&] {
    return built.config.empty() ? facts_of_engine(engine, image.tag) : facts_of_assembled(engine, built);
  };
  ENVLIFT_TRY_ASSIGN(auto findings, audited(read, "", "", baseline, talk, diagnostics));
  std::erase_if(findings, [](const auto& finding) { return finding.severity == diag::Severity::note; });
  if (findings.empty() && baseline.accepted.empty()) {
    // Without the mark the image is read once more; that is no reason to fail.
    static_cast<void>(sys::make_folders(sys::cache_folder() + "/audit").and_then([&] { return sys::write_file(mark, ""); }));
  }
  return findings;
}

Result<std::vector<audit::Finding>> audit_image(const AuditRequest& request, const Connect& connect,
                                                report::Talk& talk, diag::Diagnostics& diagnostics)
{
  auto findings = audited([&] { return image_facts(reader_of_any(request, connect)); }, request.handler,
                          request.is_arch_wanted ? request.arch : "", request.baseline, talk, diagnostics);
  if (!findings && is_of_image(findings.error())) {
    Error& error = findings.error();
    const audit::Finding finding{error.code, diag::Severity::error, "", "", error.message, error.hint, {}};
    diag::Diagnostics unused;   // what else the image has is not known
    return audit::without_accepted({finding}, request.baseline, unused);
  }
  return findings;
}

}  // namespace envlift::lift
