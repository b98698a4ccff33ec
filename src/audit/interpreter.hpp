// The Python that answers in an image.
#pragma once

#include "audit/checks.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace envlift::audit {

struct Interpreter {
  std::string called;       // what the entry script starts: "var/lang/bin/python3.11"
  std::string target;       // what the launcher starts, or `called`: "opt/env/bin/python3.11"
  std::string program;      // the same with every link followed; "" when it leads nowhere
  std::string prefix;       // of the environment: "opt/env"
  std::string minor;        // "3.11"; "" when nothing tells
  bool is_launched = false; // by envlift's launcher
  std::string activation;   // the file that the launcher loads first: "opt/env/activate.env"; "" for none
  std::vector<std::string> dropped_folders;   // of LD_LIBRARY_PATH, by the launcher: "/var/lang/lib"

  std::string library() const;   // "opt/env/lib/python3.11"
  std::string site() const;      // "opt/env/lib/python3.11/site-packages"
};

// Nothing when the image has no Python that could be the function's.
std::optional<Interpreter> find_interpreter(const Audited& image);

// Whether the file is envlift's launcher (templates/launcher.sh.mustache).
bool is_launcher(const File& file);

// "3.11" of "python3.11", "bin/python3.11"; "" of other names.
std::string minor_of(std::string_view path);

// "311" of "3.11": as tags have it.
std::string digits_of(std::string_view minor);

// Whether the image is started by the base's own entry script.
bool starts_with_base_script(const Audited& image);
// The words of entry point and CMD, as one command line.
std::vector<std::string> command_line(const image::Config& config);
// The words from the runtime client's name on, where the image starts it itself (`python -m awslambdaric app.handler`);
// none where the base's entry script or another program does.
std::vector<std::string> words_of_client(const image::Config& config);
// The folder whose modules come first, without its leading '/'. The base's bootstrap takes LAMBDA_TASK_ROOT;
// `python -m awslambdaric` knows the working folder alone (awslambdaric's __main__.py, sys.path of `python -m`).
std::string task_root_of(const image::Config& config);
// The folders of PYTHONPATH, without their leading '/'.
std::vector<std::string> python_path(const image::Config& config);
// A variable of the image's configuration; "" when it is not set.
std::string variable(const image::Config& config, std::string_view name);

}  // namespace envlift::audit
