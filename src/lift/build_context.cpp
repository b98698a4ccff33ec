#include "lift/build_context.hpp"

#include "base/text.hpp"
#include "environment/credentials.hpp"
#include "environment/requirement.hpp"
#include "lift/context_folder.hpp"
#include "sys/files.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace envlift::lift {

namespace {

constexpr std::size_t k_template_limit_bytes = std::size_t{1} << 20U;
constexpr std::size_t k_netrc_limit_bytes = std::size_t{1} << 20U;

}  // namespace

render::TemplateText templates(const Request& request)
{
  if (request.templates_folder.empty()) {
    return &render::builtin_template;
  }
  return [folder = request.templates_folder](const std::string& name) -> std::optional<std::string> {
    if (auto text = sys::read_file(folder + "/" + name, k_template_limit_bytes)) {
      return *text;
    }
    return render::builtin_template(name);
  };
}

namespace {

// The plan with the environment's credentials in a netrc of the build's own folder, behind those of the user's netrc.
Result<plan::Plan> with_credentials(plan::Plan plan, const Planned& planned, const std::string& folder)
{
  const auto& credentials = planned.inspected.environment.credentials;
  const auto netrc = std::ranges::find(plan.secrets, "netrc", &plan::SecretFile::id);
  if (credentials.empty() || netrc == plan.secrets.end()) {
    return plan;
  }
  std::string text;
  if (!planned.inspected.settings.netrc.empty()) {
    ENVLIFT_TRY_ASSIGN(text, sys::read_file(planned.inspected.settings.netrc, k_netrc_limit_bytes));
    text += "\n";
  }
  netrc->host_path = folder + "/netrc";
  ENVLIFT_TRY(sys::write_file(netrc->host_path, text + environment::netrc_text(credentials)));
  return plan;
}

// The name in a solver's text: of "conda-forge::Nopkg=2.1", "nopkg 9** does not exist", "nopkg[extra]==9".
std::string name_in(std::string_view text)
{
  const std::size_t channel = text.find("::");
  const std::string_view package = channel == std::string_view::npos ? text : text.substr(channel + 2);
  return text::to_lower(package.substr(0, package.find_first_of(" =<>!~[(;@")));
}

// The user's line that asks for the package.
std::optional<diag::Span> line_of(const std::string& name, const environment::Environment& environment)
{
  const auto solved = std::ranges::find(environment.conda, name, &environment::CondaPackage::name);
  if (solved != environment.conda.end()) {
    return solved->span;
  }
  const auto installed =
      std::ranges::find(environment.pip, environment::normalize_name(name), &environment::PipPackage::name);
  return installed == environment.pip.end() ? std::nullopt : std::optional(installed->span);
}

}  // namespace

Error placed(Error error, const environment::Environment& environment)
{
  for (const std::string& package : error.packages) {
    const std::string name = name_in(package);
    if (const auto span = name.empty() ? std::nullopt : line_of(name, environment)) {
      error.place = {span->file, span->line, span->column};
      break;
    }
  }
  return error;
}

Result<BuildContext> write_build_context(const plan::Plan& plan, const Planned& planned, const Request& request,
                                         const std::string& folder)
{
  ENVLIFT_TRY_ASSIGN(const render::Context context, render::context(plan, templates(request)));
  BuildContext written;
  written.folder = folder + "/context";
  ENVLIFT_TRY(fill_folder(context, planned.inspected.root, written.folder));
  ENVLIFT_TRY_ASSIGN(const plan::Plan with, with_credentials(plan, planned, folder));
  written.arguments = render::build_arguments(with);
  return written;
}

}  // namespace envlift::lift
