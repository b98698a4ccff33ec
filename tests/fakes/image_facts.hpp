// Facts of an image that a test writes down. The lowest layer is a base like AWS's; own() begins the user's.
#pragma once

#include "audit/audit.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace envlift::fakes {

inline constexpr const char* k_launcher =
    "#!/bin/sh\n"
    "while [ -n \"$envlift_rest\" ]; do\n"
    "  case \"$envlift_folder\" in\n"
    "    '' | '/var/lang/lib' | /lib64 | /usr/lib64 | /var/runtime | /var/runtime/lib) ;;\n"
    "    *) envlift_kept=${envlift_kept:+$envlift_kept:}$envlift_folder ;;\n"
    "  esac\n"
    "done\n"
    "[ \"$a\" != /var/runtime/bootstrap.py ] || a=/opt/envlift/bootstrap.py\n"
    "exec '/opt/env/bin/python3.11' \"$@\"\n";

class ImageFacts {
public:
  ImageFacts()
  {
    image::Config& config = facts_.image.config;
    config.architecture = "amd64";
    config.os = "linux";
    config.entrypoint = {"/lambda-entrypoint.sh"};
    config.cmd = {"app.handler"};
    config.working_dir = "/var/task";
    config.env = {
      {"PATH", "/var/lang/bin:/usr/bin:/bin"},
      {"LD_LIBRARY_PATH", "/var/lang/lib:/lib64:/usr/lib64:/var/runtime:/var/runtime/lib:/var/task"},
      {"LAMBDA_TASK_ROOT", "/var/task"}};
    layer();
  }

  // A new layer above the others; what is added from now on lies in it.
  ImageFacts& layer()
  {
    const std::size_t index = facts_.layers.size();
    image::Layer layer;
    layer.diff_id = "sha256:" + std::to_string(index);
    layer.visit = index;
    facts_.image.layers.push_back(layer);
    facts_.layers.emplace_back();
    return *this;
  }

  // The file with the folders above it.
  audit::File& file(const std::string& path, const std::string& text = "")
  {
    audit::File& file = entry(path, image::EntryKind::file, 0644);
    file.size = text.size();
    file.text = text;
    if (text.starts_with("#!")) {
      file.shebang = text.substr(2, text.find('\n') - 2);
      file.mode = 0755;
    }
    return file;
  }

  audit::File& folder(const std::string& path, unsigned mode = 0755)
  {
    return entry(path, image::EntryKind::folder, mode);
  }

  audit::File& link(const std::string& path, const std::string& target)
  {
    audit::File& file = entry(path, image::EntryKind::symlink, 0777);
    file.target = target;
    return file;
  }

  audit::ElfFacts& elf(const std::string& path, std::vector<std::string> needed = {})
  {
    audit::File& file = entry(path, image::EntryKind::file, 0755);
    file.size = 1000;
    file.elf = audit::ElfFacts{};
    file.elf->machine = 62;
    file.elf->is_dynamic = true;
    file.elf->needed = std::move(needed);
    const std::string name = path.substr(path.rfind('/') + 1);
    file.elf->soname = name.find(".so.") == std::string::npos ? "" : name;
    return *file.elf;
  }

  audit::ElfFacts& program(const std::string& path, std::vector<std::string> needed = {})
  {
    audit::ElfFacts& facts = elf(path, std::move(needed));
    facts.interpreter = "/lib64/ld-linux-x86-64.so.2";
    return facts;
  }

  // A module with its unchecked pyc.
  void module(const std::string& path, const std::string& text = "x = 1\n")
  {
    file(path, text);
    const std::size_t slash = path.rfind('/');
    const std::string name = path.substr(slash + 1, path.size() - slash - 4);
    audit::File& pyc = file(path.substr(0, slash) + "/__pycache__/" + name + ".cpython-311.pyc");
    pyc.size = 100;
    pyc.pyc = audit::PycFacts{3495, true, false, 0, 0};
  }

  // A distribution of one module, with its records.
  void distribution(const std::string& site, const std::string& name, const std::string& version = "1.0",
                    const std::string& tag = "py3-none-any")
  {
    const std::string info = site + "/" + name + "-" + version + ".dist-info/";
    module(site + "/" + name + "/__init__.py");
    file(info + "METADATA", "Metadata-Version: 2.1\nName: " + name + "\nVersion: " + version + "\n");
    file(info + "WHEEL", "Wheel-Version: 1.0\nTag: " + tag + "\n");
    file(info + "RECORD", name + "/__init__.py,,\n" + info.substr(site.size() + 1) + "METADATA,,\n");
  }

  audit::ImageFacts& facts() { return facts_; }
  image::Config& config() { return facts_.image.config; }
  audit::LayerFacts& top() { return facts_.layers.back(); }
  // The entry as the top layer has it, to be changed.
  audit::File& at(const std::string& path) { return facts_.layers.back().files.at(path); }

  std::vector<audit::Finding> findings(const std::string& handler = "") const
  {
    return audit::audit(facts_, {handler});
  }
  std::vector<audit::Finding> findings_of(const std::string& code) const
  {
    std::vector<audit::Finding> all = findings();
    std::erase_if(all, [&](const audit::Finding& finding) { return finding.code != code; });
    return all;
  }

private:
  audit::File& entry(const std::string& path, image::EntryKind kind, unsigned mode)
  {
    auto& files = facts_.layers.back().files;
    for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
      audit::File& above = files[path.substr(0, slash)];
      if (above.mode == 0) {
        above.kind = image::EntryKind::folder;
        above.mode = 0755;
      }
    }
    audit::File& file = files[path];
    file = audit::File{};
    file.kind = kind;
    file.mode = mode;
    return file;
  }

  audit::ImageFacts facts_;
};

// What the base images have: their own Python, runtime client and entry script, and glibc 2.26.
inline ImageFacts base_image()
{
  ImageFacts image;
  image.file("etc/os-release", "NAME=\"Amazon Linux\"\n");
  image.file("bin/bash").mode = 0755;
  image.elf("lib64/ld-linux-x86-64.so.2");
  image.elf("lib64/libc.so.6", {"ld-linux-x86-64.so.2"}).version_definitions = {"GLIBC_2.2.5", "GLIBC_2.17",
                                                                                "GLIBC_2.26"};
  image.elf("lib64/libstdc++.so.6").version_definitions = {"GLIBCXX_3.4", "GLIBCXX_3.4.24", "CXXABI_1.3.11"};
  image.file("lambda-entrypoint.sh", "#!/bin/bash\n");
  image.program("var/lang/bin/python3.11", {"libpython3.11.so.1.0", "libc.so.6"});
  image.link("var/lang/bin/python3", "python3.11");
  image.link("var/lang/bin/python", "python3");
  image.elf("var/lang/lib/libpython3.11.so.1.0", {"libc.so.6"});
  image.elf("var/lang/lib/libssl.so.3", {"libc.so.6"}).version_definitions = {"OPENSSL_3.0.0"};
  image.distribution("var/lang/lib/python3.11/site-packages", "boto3", "1.35.36");
  image.distribution("var/lang/lib/python3.11/site-packages", "urllib3", "1.26.20");
  image.file("var/runtime/bootstrap", "#!/bin/bash\n").mode = 0755;
  image.file("var/runtime/bootstrap.py");
  image.folder("var/task");
  image.distribution("var/runtime", "awslambdaric", "2.0.0");
  image.elf("var/runtime/runtime_client.cpython-311-x86_64-linux-gnu.so", {"libc.so.6"});
  return image;
}

inline const std::string k_env_site = "opt/env/lib/python3.11/site-packages";

// A finished image as envlift makes it: environment, launcher, code.
inline ImageFacts good_image()
{
  ImageFacts image = base_image();
  image.layer();
  auto& python = image.program("opt/env/bin/python3.11", {"libpython3.11.so.1.0", "libc.so.6"});
  python.rpath = {"$ORIGIN/../lib"};
  image.link("opt/env/bin/python", "python3.11");
  image.elf("opt/env/lib/libpython3.11.so.1.0", {"libc.so.6"}).rpath = {"$ORIGIN"};
  auto& ssl = image.elf("opt/env/lib/libssl.so.3", {"libc.so.6"});
  ssl.rpath = {"$ORIGIN"};
  ssl.version_definitions = {"OPENSSL_3.0.0", "OPENSSL_3.2.0"};
  image.elf("opt/env/lib/libstdc++.so.6", {"libc.so.6"}).version_definitions = {"GLIBCXX_3.4",
                                                                                "GLIBCXX_3.4.29"};
  image.module("opt/env/lib/python3.11/os.py");
  auto& module = image.elf("opt/env/lib/python3.11/lib-dynload/_ssl.cpython-311-x86_64-linux-gnu.so",
                           {"libssl.so.3", "libc.so.6"});
  module.rpath = {"$ORIGIN/../.."};
  module.version_needs = {{"libssl.so.3", "OPENSSL_3.2.0"}, {"libc.so.6", "GLIBC_2.17"}};
  image.distribution(k_env_site, "awslambdaric", "3.0.0", "cp311-cp311-manylinux_2_17_x86_64");
  image.elf(k_env_site + "/runtime_client.cpython-311-x86_64-linux-gnu.so", {"libstdc++.so.6", "libc.so.6"})
      .version_needs = {{"libstdc++.so.6", "GLIBCXX_3.4.29"}};
  image.distribution(k_env_site, "numpy", "1.26.4", "cp311-cp311-manylinux_2_17_x86_64");
  auto& multiarray = image.elf(k_env_site + "/numpy/core.cpython-311-x86_64-linux-gnu.so",
                               {"libopenblas64_p-r0.so", "libc.so.6"});
  multiarray.runpath = {"$ORIGIN/../numpy.libs"};
  image.elf(k_env_site + "/numpy.libs/libopenblas64_p-r0.so", {"libgfortran-040039e1.so.5", "libc.so.6"})
      .rpath = {"$ORIGIN"};
  image.elf(k_env_site + "/numpy.libs/libgfortran-040039e1.so.5", {"libc.so.6"});
  image.layer();
  for (const char* name : {"python3.11", "python3", "python"}) {
    image.file(std::string("var/lang/bin/") + name, k_launcher);
  }
  image.program("var/lang/bin/base-python3.11", {"libpython3.11.so.1.0", "libc.so.6"});
  image.file("opt/envlift/bootstrap.py", "import sys\n");
  image.layer();
  image.file("var/task/app.py", "def handler(event, context):\n    return 1\n");
  return image;
}

}  // namespace envlift::fakes
