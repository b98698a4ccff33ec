#include "settings/settings.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

using namespace envlift;

namespace {

struct Resolved {
  settings::Settings settings;
  diag::Diagnostics diagnostics;
  diag::Sources sources;

  // The only finding; an empty one when there are none or several.
  diag::Diagnostic only() const
  {
    return diagnostics.all().size() == 1 ? diagnostics.all().front() : diag::Diagnostic{};
  }
};

Resolved resolve(const settings::Inputs& inputs)
{
  Resolved resolved;
  resolved.settings = settings::resolve(inputs, resolved.diagnostics, resolved.sources);
  return resolved;
}

settings::File project_file(std::string text)
{
  return {"envlift.yaml", std::move(text), "/project"};
}

Resolved resolve_text(std::string text)
{
  settings::Inputs inputs;
  inputs.project_file = project_file(std::move(text));
  return resolve(inputs);
}

Resolved resolve_flag(const std::string& flag, const std::string& value)
{
  settings::Inputs inputs;
  inputs.flags[flag] = {value};
  return resolve(inputs);
}

const std::string k_sha256(64, 'a');

}  // namespace

TEST_CASE("without any source the defaults stand", "[settings]")
{
  const Resolved resolved = resolve({});
  CHECK(resolved.diagnostics.all().empty());
  CHECK(resolved.settings.memory_mb == 1024);
  CHECK(resolved.settings.arch == "x86_64");
  CHECK(resolved.settings.origin.empty());
}

TEST_CASE("flag over variable over project file over user file", "[settings]")
{
  settings::Inputs inputs;
  inputs.user_file =
      settings::File{"config.yaml", "memory: 200\ntimeout: 20\ntag: user\nhandler: a.user", "/home/u"};
  inputs.project_file = project_file("timeout: 30\ntag: project\nhandler: a.project");
  inputs.variables = {{"ENVLIFT_TAG", "variable"}, {"ENVLIFT_HANDLER", "a.variable"}, {"ENVLIFT_MEMORY", ""}};
  inputs.flags["--handler"] = {"a.first", "a.flag"};
  const Resolved resolved = resolve(inputs);
  CHECK(resolved.diagnostics.all().empty());
  CHECK(resolved.settings.memory_mb == 200);
  CHECK(resolved.settings.timeout_s == 30);
  CHECK(resolved.settings.tag == "variable");
  CHECK(resolved.settings.handler == "a.flag");
  CHECK(resolved.settings.place_of("memory").file == "config.yaml");
  CHECK(resolved.settings.place_of("timeout").line == 1);
  CHECK(resolved.settings.place_of("tag").file == "ENVLIFT_TAG");
  CHECK(resolved.settings.place_of("handler").file == "--handler");
  CHECK(resolved.settings.place_of("arch").file.empty());
}

TEST_CASE("a list replaces the weaker list, whatever its spelling", "[settings]")
{
  settings::Inputs inputs;
  inputs.project_file = project_file("default_channels: [main, r]\naccept_tos:\n  - one\n");
  inputs.variables["ENVLIFT_DEFAULT_CHANNELS"] = "a, b,,";
  CHECK(resolve(inputs).settings.default_channels == std::vector<std::string>{"a", "b"});
  CHECK(resolve(inputs).settings.accept_tos == std::vector<std::string>{"one"});
  inputs.flags["--default-channels"] = {"x", "y"};
  CHECK(resolve(inputs).settings.default_channels == std::vector<std::string>{"x", "y"});
}

TEST_CASE("installer keys are read nested and dotted", "[settings]")
{
  const std::string url = "https://host/i.sh";
  const Resolved nested = resolve_text("installer:\n  url: " + url + "\n  sha256: " + k_sha256);
  CHECK(nested.diagnostics.all().empty());
  CHECK(nested.settings.installer_url == url);
  CHECK(nested.settings.installer_sha256 == k_sha256);
  const Resolved dotted = resolve_text("installer.url: " + url + "\ninstaller.sha256: " + k_sha256);
  CHECK(dotted.diagnostics.all().empty());
  CHECK(dotted.settings.installer_url == url);
  CHECK(resolve_text("installer.kind: miniconda\ninstaller: {kind: miniconda}").only().code == "EL0606");
}

TEST_CASE("an installer of another kind than the base's own is named by its URL", "[settings]")
{
  const Resolved named =
      resolve_text("installer:\n  kind: miniforge\n  url: https://host/i.sh\n  sha256: " + k_sha256);
  CHECK(named.diagnostics.all().empty());
  CHECK(named.settings.installer_kind == "miniforge");
  CHECK(resolve_text("installer.kind: miniforge").only().code == "EL0604");
  CHECK(resolve_text("installer.kind: miniconda").diagnostics.all().empty());
  CHECK(resolve_text("installer.kind: mamba").only().code == "EL0603");
}

TEST_CASE("what ENVLIFT_RECORD does is documented", "[settings]")
{
  CHECK(std::ranges::count(settings::process_variables(), "ENVLIFT_RECORD",
                           &settings::ProcessVariable::name) == 1);
}

TEST_CASE("an installer and its checksum go together", "[settings]")
{
  const Resolved alone = resolve_flag("--installer-url", "https://host/i.sh");
  CHECK(alone.only().code == "EL0604");
  CHECK(alone.only().span.file == "--installer-url");
  CHECK(alone.only().hint.find("--installer-sha256") != std::string::npos);
  CHECK(resolve_flag("--installer-sha256", k_sha256).only().code == "EL0604");

  // A checksum of the file says nothing about the installer that a flag names.
  settings::Inputs inputs;
  inputs.project_file = project_file("installer: {url: 'https://host/a.sh', sha256: " + k_sha256 + "}");
  inputs.flags["--installer-url"] = {"https://host/b.sh"};
  CHECK(resolve(inputs).only().code == "EL0604");
  inputs.flags["--installer-sha256"] = {k_sha256};
  CHECK(resolve(inputs).diagnostics.all().empty());

  // One finding for one mistake: the URL is wrong, so its checksum is not called lonely.
  CHECK(resolve_text("installer: {url: nonsense, sha256: " + k_sha256 + "}").only().code == "EL0603");
}

TEST_CASE("an unknown key names the nearest and lists the valid ones", "[settings]")
{
  const auto finding = resolve_text("\nmemroy: 512\n").only();
  CHECK(finding.code == "EL0601");
  CHECK(finding.hint.find("`memory`") != std::string::npos);
  CHECK(finding.span.file == "envlift.yaml");
  CHECK(finding.span.line == 2);
  CHECK(finding.span.column == 1);
  REQUIRE(finding.notes.size() == 1);
  CHECK(finding.notes.front().find("build_network") != std::string::npos);
  CHECK(resolve_text("installer: {urll: x}").only().hint.find("`installer.url`") != std::string::npos);
  CHECK(resolve_text("installer: {installer: {url: x}}").only().code == "EL0601");
}

TEST_CASE("values of a wrong kind", "[settings]")
{
  CHECK(resolve_text("tag: [a]").only().code == "EL0602");
  CHECK(resolve_text("memory: {mb: 3}").only().code == "EL0602");
  CHECK(resolve_text("accept_tos: true").only().code == "EL0602");
  CHECK(resolve_text("accept_tos: [[a]]").only().code == "EL0602");
  CHECK(resolve_text("installer: miniconda").only().code == "EL0602");
  CHECK(resolve_text("- memory").only().code == "EL0602");
  const auto finding = resolve_text("default_channels: https://host/main").only();
  CHECK(finding.hint.find("[https://host/main]") != std::string::npos);
  CHECK(finding.span.line == 1);
}

TEST_CASE("an empty file and empty values set nothing", "[settings]")
{
  CHECK(resolve_text("").diagnostics.all().empty());
  CHECK(resolve_text("memory:\ninstaller:\ntag: ''").diagnostics.all().empty());
}

TEST_CASE("numbers keep their bounds", "[settings]")
{
  CHECK(resolve_flag("--memory", "128").settings.memory_mb == 128);
  CHECK(resolve_flag("--memory", "10240").diagnostics.all().empty());
  for (const char* bad : {"127", "10241", "1024MB", "1e3", "-5", "", " 512", "99999999999"}) {
    CAPTURE(bad);
    const Resolved resolved = resolve_flag("--memory", bad);
    CHECK(resolved.only().code == "EL0603");
    CHECK(resolved.only().span.file == "--memory");
    CHECK(resolved.settings.memory_mb == 1024);
  }
  CHECK(resolve_flag("--timeout", "901").only().code == "EL0603");
  CHECK(resolve_flag("--ephemeral-storage", "511").only().code == "EL0603");
}

TEST_CASE("choices name what is meant", "[settings]")
{
  CHECK(resolve_text("arch: arm64").settings.arch == "arm64");
  CHECK(resolve_text("arch: aarch64").only().hint.find("`arm64`") != std::string::npos);
  CHECK(resolve_text("arch: amd64").only().hint.find("`x86_64`") != std::string::npos);
  CHECK(resolve_text("strategy: natve").only().hint.find("`native`") != std::string::npos);
  CHECK(resolve_text("strategy: amd64").only().hint.find("swap or native") != std::string::npos);
}

TEST_CASE("3.10 stays 3.10", "[settings]")
{
  CHECK(resolve_text("python: 3.10").settings.python == "3.10");
}

TEST_CASE("paths start from their file, `~` from HOME", "[settings]")
{
  settings::Inputs inputs;
  inputs.variables["HOME"] = "/home/u";
  inputs.user_file =
      settings::File{"config.yaml", "ca_bundle: ./ca.pem\npip_config: ~/pip.conf\ncondarc: /c", "/etc/e"};
  const Resolved resolved = resolve(inputs);
  CHECK(resolved.settings.ca_bundle == "/etc/e/ca.pem");
  CHECK(resolved.settings.pip_config == "/home/u/pip.conf");
  CHECK(resolved.settings.condarc == "/c");
  CHECK(resolve_flag("--ca-bundle", "ca.pem").settings.ca_bundle == "ca.pem");
  CHECK(resolve_flag("--ca-bundle", "~/ca.pem").only().code == "EL0603");
  CHECK(resolve_text("engine: docker").settings.engine == "docker");
  CHECK(resolve_text("engine: bin/docker").settings.engine == "/project/bin/docker");
}

TEST_CASE("text that would break out of its line is refused", "[settings]")
{
  CHECK(resolve_flag("--handler", "a.b\nRUN evil").only().code == "EL0603");
  CHECK(resolve_flag("--handler", "a\tb").only().code == "EL0603");
  CHECK(resolve_flag("--tag", std::string(5000, 'a')).only().code == "EL0603");
  CHECK(resolve_text("tag: \"a\\u001bb\"").only().code == "EL0603");
}

TEST_CASE("credentials are refused and not repeated", "[settings]")
{
  const auto finding = resolve_text("channel_alias: https://me:hunter2@host/").only();
  CHECK(finding.code == "EL0605");
  CHECK(finding.message.find("hunter2") == std::string::npos);
}

TEST_CASE("a variable that names no setting is a warning", "[settings]")
{
  settings::Inputs inputs;
  inputs.variables = {
    {"ENVLIFT_MEMROY", "1"}, {"ENVLIFT_CONFIG", "x"}, {"ENVLIFT_FAKE_DOCKER", "x"}, {"HOME", "/"}};
  const auto finding = resolve(inputs).only();
  CHECK(finding.code == "EL0607");
  CHECK(finding.severity == diag::Severity::warning);
  CHECK(finding.hint.find("ENVLIFT_MEMORY") != std::string::npos);
}

TEST_CASE("a misspelt ENVLIFT_CONFIG is recognised", "[settings]")
{
  settings::Inputs inputs;
  inputs.variables["ENVLIFT_CONFG"] = "x";
  CHECK(resolve(inputs).only().hint.find("ENVLIFT_CONFIG") != std::string::npos);
}

TEST_CASE("all findings of all sources are reported", "[settings]")
{
  settings::Inputs inputs;
  inputs.project_file = project_file("memroy: 1\narch: mips\n");
  inputs.variables["ENVLIFT_TIMEOUT"] = "soon";
  inputs.flags["--python"] = {"2.7"};
  CHECK(resolve(inputs).diagnostics.count(diag::Severity::error) == 4);
}

TEST_CASE("bytes that are no UTF-8 are a finding", "[settings]")
{
  CHECK(resolve_text("tag: \xff\n").only().code == "EL0105");
}

TEST_CASE("the source of a settings file can be shown", "[settings]")
{
  CHECK(resolve_text("memory: 1\n").sources.line("envlift.yaml", 1) == "memory: 1");
}

TEST_CASE("keys, flags and variables of the table are one spelling", "[settings]")
{
  std::set<std::string_view> keys;
  for (const settings::Row& row : settings::table()) {
    CAPTURE(row.key);
    CHECK(keys.insert(row.key).second);
    std::string flag = "--" + std::string(row.key);
    std::string variable = "ENVLIFT_" + std::string(row.key);
    std::ranges::replace_if(flag, [](char c) { return c == '.' || c == '_'; }, '-');
    std::ranges::replace(variable, '.', '_');
    std::ranges::transform(variable, variable.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? char(c - 32) : c; });
    CHECK(row.flag == flag);
    CHECK(row.variable == variable);
    CHECK((row.kind == settings::Kind::choice) == !row.choices.empty());
    CHECK((row.kind == settings::Kind::integer) == (row.range.most > 0));
  }
}

TEST_CASE("every setting without a default says what happens then", "[settings]")
{
  const std::string page = settings::reference_page();
  CHECK(page.find("|  |") == std::string::npos);
}

TEST_CASE("the reference page's example is a valid settings file", "[settings]")
{
  const std::string page = settings::reference_page();
  const std::size_t begin = page.find("```yaml\n") + 8;
  const Resolved resolved = resolve_text(page.substr(begin, page.find("```", begin) - begin));
  CHECK(resolved.diagnostics.all().empty());
  CHECK(resolved.settings.handler == "app.lambda_handler");
}

TEST_CASE("docs/settings.md is what the table says", "[settings]")
{
  std::ifstream file(ENVLIFT_SOURCE_DIR "/docs/settings.md");
  REQUIRE(file);
  std::ostringstream text;
  text << file.rdbuf();
  CHECK(text.str() == settings::reference_page());
}

TEST_CASE("a toggle is true or false, and a flag takes back what a file sets", "[settings]")
{
  CHECK(resolve_text("no_strip: true\n").settings.no_strip);
  CHECK_FALSE(resolve_text("no_strip: false\n").settings.no_strip);
  CHECK(resolve_text("no_strip: maybe\n").only().code == "EL0603");
  settings::Inputs inputs;
  inputs.project_file = project_file("no_prune: true\ndebug_ranges: true\n");
  inputs.variables["ENVLIFT_DEBUG_RANGES"] = "0";
  inputs.flags["--no-prune"] = {"false"};
  const Resolved resolved = resolve(inputs);
  CHECK(resolved.diagnostics.all().empty());
  CHECK_FALSE(resolved.settings.no_prune);
  CHECK_FALSE(resolved.settings.debug_ranges);
}

TEST_CASE("what is kept is a list in each place", "[settings]")
{
  CHECK(resolve_text("keep: [\"tests:numpy\", headers]\n").settings.keep ==
        std::vector<std::string>{"tests:numpy", "headers"});
  settings::Inputs inputs;
  inputs.variables["ENVLIFT_KEEP"] = "docs, share/x/**";
  CHECK(resolve(inputs).settings.keep == std::vector<std::string>{"docs", "share/x/**"});
  CHECK(resolve_flag("--keep", "test").only().hint.starts_with("did you mean `tests`?"));
}
