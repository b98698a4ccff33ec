#include "diag/codes.hpp"

#include <algorithm>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

namespace envlift::diag {

const std::vector<CodeInfo>& all_codes()
{
  using enum Severity;
  // One row a code, ascending; each section belongs to one part of the program.
  static const std::vector<CodeInfo> codes = {
    // 01: files, text, YAML
    {"EL0101", error, "the file does not exist"},
    {"EL0102", error, "the file or folder cannot be read"},
    {"EL0103", error, "the file is too large"},
    {"EL0104", error, "the file is empty"},
    {"EL0105", error, "the text is not valid UTF-8"},
    {"EL0106", error, "the text holds a NUL byte"},
    {"EL0107", error, "no environment file was found"},
    {"EL0108", error, "the file's format is not known"},
    {"EL0109", error, "the file lies outside of the project"},
    {"EL0110", error, "the text is not YAML"},
    {"EL0111", error, "a key stands twice"},
    {"EL0112", error, "the YAML is too deep or too large"},
    {"EL0113", error, "the YAML's aliases are cyclic or too many"},
    {"EL0114", error, "the file holds more than one YAML document"},
    {"EL0115", error, "YAML that files read here do not use: a merge key, a tag, a key that is no text"},
    {"EL0116", error, "the text is not TOML"},
    {"EL0117", error, "the text is not JSON"},
    {"EL0118", error, "the lock file's version is not one that envlift reads"},
    {"EL0119", error, "the file lacks a key that its format requires, or a value has the wrong kind"},
    {"EL0120", error, "a file could not be written"},
    {"EL0121", error, "the output folder is not ours to overwrite"},
    // 02: conda environment files
    {"EL0201", error, "an environment file has no `dependencies`"},
    {"EL0202", error, "a section is of the wrong kind"},
    {"EL0203", error, "`pip:` needs a list of requirements"},
    {"EL0204", error, "a sub-section of `dependencies` is not known"},
    {"EL0205", warning, "a section is not known and ignored"},
    {"EL0206", error, "a package is not a MatchSpec"},
    {"EL0207", error, "a channel cannot be used"},
    {"EL0208", error, "a channel carries credentials"},
    {"EL0209", error, "a variable's name is not one that Lambda takes"},
    {"EL0210", error, "a variable's value cannot be carried"},
    {"EL0211", warning, "a variable has no value"},
    {"EL0212", error, "the environment's name is not one that conda takes"},
    {"EL0213", note, "`prefix` is a path of another machine and ignored"},
    {"EL0214", warning, "a second `pip:` section replaces the first"},
    {"EL0215", note, "`pip` is added for the pip section"},
    {"EL0216", note, "build strings of another platform are removed"},
    {"EL0217", warning, "a package is asked for twice"},
    {"EL0218", error, "a package is asked for from another platform"},
    {"EL0219", error, "a package cannot be installed in an image"},
    {"EL0220", error, "a requirement is written as conda writes it"},
    {"EL0221", note, "comment selectors are not evaluated"},
    {"EL0222", error, "a selector is not known"},
    {"EL0223", warning, "a single value stands where a list is due"},
    {"EL0224", warning, "`platforms` does not name the image's platform"},
    {"EL0225", error, "a text holds characters that cannot be carried"},
    {"EL0226", warning, "`dependencies` is empty"},
    // 03: requirements files
    {"EL0301", error, "a line is not a requirement"},
    {"EL0302", error, "an option does not belong into a requirements file, or not into its line"},
    {"EL0303", error, "an option's value cannot be used"},
    {"EL0304", error, "a file named by -r or -c cannot be read"},
    {"EL0305", error, "requirements files include each other"},
    {"EL0306", error, "a requirement or an option carries credentials"},
    {"EL0307", error, "a requirement's path is of another machine or outside of the project"},
    {"EL0308", error, "a local project or archive cannot be installed"},
    {"EL0309", error, "a requirement's URL cannot be used in a build"},
    {"EL0310", error, "a wheel does not fit the image"},
    {"EL0311", error, "a hash is not one that pip takes"},
    {"EL0312", error, "a requirement cannot be installed where hashes are checked"},
    {"EL0313", error, "a constraint has a form that only requirements can have"},
    {"EL0314", error, "two lines want different versions of one package"},
    {"EL0315", error, "a requirement holds characters that cannot be carried"},
    {"EL0316", error, "a marker compares what cannot be compared"},
    {"EL0317", warning, "a marker cannot be decided before the build"},
    {"EL0318", warning, "a path of the machine that built a conda package is replaced"},
    {"EL0319", warning, "`pkg-resources==0.0.0` is not a package"},
    {"EL0320", warning, "a local version is on none of the named indexes"},
    {"EL0321", warning, "a variable is not set when the image is built"},
    {"EL0322", warning, "pip ignores an option in the line of a requirement"},
    // 034-036: pyproject.toml and the locks in TOML
    {"EL0340", error, "the dependencies are dynamic, and only a build could tell them"},
    {"EL0341", error, "a dependency group cannot be put together"},
    {"EL0342", error, "a text is not one of poetry's constraints"},
    {"EL0343", error, "one of poetry's constraints has no form that pip takes"},
    {"EL0344", error, "a package's source cannot be read or is not there"},
    {"EL0345", warning, "a package may be a pre-release for poetry and not for pip"},
    {"EL0346", warning, "a package is bound to an index, and pip looks into all of them"},
    {"EL0347", error, "pip has no overrides"},
    {"EL0350", error, "a lock contradicts itself"},
    {"EL0351", warning, "a lock is read for the newest patch release of Python"},
    {"EL0352", error, "an older poetry.lock has no pyproject.toml beside it"},
    {"EL0353", error, "a lock is for other environments"},
    {"EL0354", error, "a locked package has no source, or more than one kind"},
    // 04: the environment as a whole
    {"EL0401", note, "packages of another platform are not installed"},
    {"EL0402", warning, "a package is asked for from conda and from pip"},
    {"EL0403", note, "there is more than one environment file"},
    {"EL0410", error, "a group is asked for that the file has not"},
    {"EL0411", error, "an extra is asked for that the project has not"},
    {"EL0413", error, "a locked package has no file for the image's platform and Python"},
    {"EL0414", error, "the lock is for another Python"},
    {"EL0415", note, "groups and extras that are not asked for are not installed"},
    {"EL0490", note, "the environment may be too large for a zip"},
    // 05: handler and code
    {"EL0501", error, "the handler is not MODULE.NAME"},
    {"EL0502", error, "the handler's module is not in the code"},
    {"EL0503", error, "the handler's module does not bind its name"},
    {"EL0504", error, "no handler was found"},
    {"EL0505", warning, "the handler's name cannot be seen in its module"},
    {"EL0506", warning, "the handler's module is compiled"},
    {"EL0507", warning, "the handler's module comes from a package"},
    {"EL0508", error, "the handler does not take two arguments"},
    {"EL0509", error, "the handler is a coroutine function"},
    {"EL0510", error, "a file's name cannot be carried into an image safely"},
    {"EL0511", note, "there is more than one usual handler"},
    {"EL0512", error, "the handler's module has the name of a built-in one"},
    // 06: settings
    {"EL0601", error, "a key is no setting"},
    {"EL0602", error, "a setting's value is of the wrong kind"},
    {"EL0603", error, "a setting's value has not its form"},
    {"EL0604", error, "a conda installer and its checksum do not go together"},
    {"EL0605", error, "a setting carries credentials"},
    {"EL0606", error, "a setting is given twice in one file"},
    {"EL0607", warning, "an ENVLIFT_ variable names no setting"},
    // 07: plan and base
    {"EL0701", warning, "no base image has this Python"},
    {"EL0702", error, "no base image has this Python, so no image can be planned"},
    {"EL0703", error, "the setting `python` contradicts the environment"},
    {"EL0704", error, "the base image has another Python"},
    {"EL0705", warning, "the base image's runtime is deprecated"},
    {"EL0706", error, "the strategy does not fit the environment"},
    {"EL0707", error, "the default channels need the user's consent"},
    {"EL0708", error, "a text cannot stand in a Dockerfile"},
    {"EL0709", error, "a text of the plan holds credentials"},
    {"EL0710", warning, "a requirement needs a version control program, which the base image has not"},
    {"EL0711", error, "the template is not filled exactly"},
    {"EL0712", error, "a template is missing"},
    {"EL0713", error, "the conda installer needs a newer glibc than the base image has"},
    {"EL0714", error, "a path would leave the build context"},
    // 08: engine
    {"EL0801", error, "no docker client was found"},
    {"EL0802", error, "the docker daemon does not answer"},
    {"EL0803", error, "the docker daemon may not be used by this user"},
    {"EL0804", error, "no docker client here can build with BuildKit"},
    {"EL0805", error, "the docker daemon cannot be reached as configured"},
    {"EL0806", error, "there is no such image"},
    {"EL0807", error, "the engine's answer cannot be read"},
    {"EL0808", error, "the port is taken"},
    {"EL0809", error, "the container cannot be started"},
    {"EL0810", error, "the engine did not answer in time"},
    {"EL0811", error, "interrupted"},
    {"EL0812", error, "the docker client and its daemon have no API version in common"},
    {"EL0813", error, "a text is no image reference"},
    // 09: build
    {"EL0901", error, "a build step failed"},
    {"EL0902", error, "the base image cannot be had"},
    {"EL0903", error, "the disk is full"},
    {"EL0904", error, "a conda package is in none of the channels"},
    {"EL0905", error, "the conda packages contradict each other"},
    {"EL0906", error, "a channel's terms of service were not accepted"},
    {"EL0907", error, "a download does not match its hash"},
    {"EL0908", error, "pip finds no distribution that fits"},
    {"EL0909", error, "the requirements contradict each other"},
    {"EL0910", error, "the network failed"},
    {"EL0911", error, "a secret file is missing"},
    {"EL0912", error, "a package has no wheel and cannot be compiled here"},
    {"EL0913", error, "the engine does not allow builds in the host's network"},
    {"EL0914", error, "a build step was killed"},
    {"EL0915", error, "a conda channel is not there"},
    // 10: invoke
    {"EL1001", error, "the handler raised an error"},
    {"EL1002", error, "the event or the answer is not JSON"},
    {"EL1003", error, "the handler cannot be imported"},
    {"EL1004", error, "the runtime ended before the first invocation"},
    {"EL1005", error, "the function timed out"},
    {"EL1006", error, "the runtime ended during the invocation"},
    {"EL1007", error, "the answer is larger than Lambda takes"},
    {"EL1008", error, "the image did not answer"},
    {"EL1009", error, "the image has no runtime interface emulator"},
  };
  return codes;
}

const CodeInfo& code_info(std::string_view code)
{
  const auto& codes = all_codes();
  const auto row = std::ranges::find(codes, code, &CodeInfo::code);
  if (row == codes.end()) {
    throw std::logic_error("diagnostic code without a row: " + std::string(code));
  }
  return *row;
}

std::string reference_page()
{
  std::string page =
      "# Diagnostics\n\n"
      "Every finding and failure has a code. A code never changes its meaning and is never used again. This page is made "
      "from\nthe program's own list (`scripts/bless` rewrites it).\n\n"
      "| code | severity | meaning |\n|---|---|---|\n";
  for (const CodeInfo& row : all_codes()) {
    page += fmt::format("| {} | {} | {} |\n", row.code, to_string(row.severity), row.title);
  }
  return page;
}

}  // namespace envlift::diag
