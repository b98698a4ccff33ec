// What Pipfile and Pipfile.lock share: packages, sources, categories, the Python that is required.
#pragma once

#include "input/asked_parts.hpp"
#include "input/requirements.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace envlift::input {

// One package of a category. What is "" or empty is not there.
struct PipenvPackage {
  std::string name = {};
  std::string version = {};   // "==1.2", ">=1", "1.2" for `==1.2`, "*" for any
  std::vector<std::string> extras = {};
  std::vector<std::string> markers = {};
  std::vector<std::string> hashes = {};
  std::string vcs = {};      // "git", "hg", "svn", "bzr"
  std::string url = {};      // of the repository
  std::string ref = {};
  std::string subdirectory = {};
  std::string file = {};     // a URL or a path
  std::string index = {};    // the name of a source
  bool editable = false;
  bool no_binary = false;    // pip builds it from its source
  bool skip_resolver = false;   // pipenv locks it without its dependencies
  diag::Span span = {};
};

struct PipenvSource {
  std::string name = {};
  std::string url = {};
  bool verify_ssl = true;
  diag::Span span = {};
};

// Turns packages and sources into lines for the reader of requirements.
class PipenvFile {
public:
  PipenvFile(const std::string& path, const FileSource& files, environment::Target& target,
             ReadResult& result)
      : path_(path),
        files_(files),
        target_(target),
        result_(result)
  {}

  diag::Diagnostics& diagnostics() const { return result_.diagnostics; }

  // `there`: the file's categories but for the main one, as Pipfile.lock names them. To be called first.
  void choose_categories(const std::vector<std::string>& there);
  // Whether the packages of the category are installed; "default" always is.
  bool is_asked(std::string_view category) const;

  void add_source(PipenvSource source);
  // A package of a category; the first that has the name wins, as with pipenv, which updates with `default` last.
  void add(const PipenvPackage& package, std::string_view category);
  // Lists a package that an error was reported for, by its name, where its category is asked for.
  void list_refused(const PipenvPackage& package, std::string_view category = "default");
  void add_option(std::string_view option, const diag::Span& span);
  // EL0360: what a Pipfile says of pipenv's resolver, and pip does otherwise.
  void note_no_effect(std::string message, const diag::Span& span);
  // `python_version` ("3.11") or `python_full_version` ("3.11.5").
  void set_python(std::string_view version, bool is_full, const diag::Span& span);

  // Hands everything to the reader of requirements.
  void finish();

private:
  bool add_line(const PipenvPackage& package);
  bool add_path(const PipenvPackage& package, const std::string& end);
  bool add_checked(const std::string& line, const PipenvPackage& package, bool takes_hashes);
  bool refuse_poetry_version(const PipenvPackage& package);
  void check_index(const PipenvPackage& package);
  void refuse_unknown_indexes();
  void complete_rows();
  void add_options_of(const PipenvSource& source, bool is_first);

  const std::string& path_;
  const FileSource& files_;
  environment::Target& target_;
  ReadResult& result_;
  std::vector<PipenvSource> sources_;
  std::vector<RequirementLine> lines_;
  std::map<std::size_t, std::string> path_names_;   // by line: a path tells no name
  std::set<std::pair<std::size_t, std::size_t>> editable_;   // lines and columns of the packages
  std::set<std::string> asked_;   // normalised
  std::unordered_set<std::string> taken_;   // normalised names
  std::set<std::string> left_out_;   // categories with packages
  std::vector<std::string> index_names_;   // of all sources, also those without a usable URL
  std::vector<std::pair<std::string, diag::Span>> named_indexes_;   // by packages
  std::set<std::string> bound_;   // sources that a package without hashes is bound to
};

}   // namespace envlift::input
