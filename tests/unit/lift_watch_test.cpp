// What changed in a project between two looks.
#include "lift/watch.hpp"

#include "sys/files.hpp"

#include <catch2/catch.hpp>

#include <filesystem>

using namespace envlift;
using Names = std::vector<std::string>;

namespace {

struct Project {
  Result<sys::TemporaryFolder> folder = sys::TemporaryFolder::make();
  std::string root = folder->path();
  lift::CaseFiles files{{}, {}, root};

  Project()
  {
    for (const char* name : {"app.py", "requirements.txt", "envlift.yaml", "events/one.yaml", ".env"}) {
      write(name, "before");
    }
  }
  void write(const std::string& name, const std::string& text) const
  {
    REQUIRE(sys::make_folders(root + "/events"));
    REQUIRE(sys::write_file(root + "/" + name, text));
  }
  lift::Look look() const { return lift::look_at(root, files); }
};

}   // namespace

TEST_CASE("code, cases and what an image is built of are told apart")
{
  const Project project;
  const lift::Look before = project.look();
  CHECK(lift::change_between(before, project.look(), {"app.py"}).is_none());
  struct Row {
    std::string name;
    bool is_code;
    bool is_build;
    std::set<std::string> case_files;
  };
  for (const Row& row :
       {Row{"app.py", true, false, {}}, Row{"requirements.txt", false, true, {}},
        Row{"envlift.yaml", false, true, {}}, Row{"events/one.yaml", false, false, {"events/one.yaml"}},
        Row{"events/two.json", false, false, {"events/two.json"}}}) {
    const lift::Look earlier = project.look();
    project.write(row.name, "after");
    const lift::Change change = lift::change_between(earlier, project.look(), {"app.py"});
    CHECK(change.files == Names{row.name});
    CHECK(change.is_code == row.is_code);
    CHECK(change.is_build == row.is_build);
    CHECK(change.case_files == row.case_files);
  }
}

TEST_CASE("a file that came, one that went, and one of the same bytes in its place")
{
  const Project project;
  const lift::Look before = project.look();
  project.write("new.py", "");
  std::filesystem::remove(project.root + "/app.py");
  const lift::Look after = project.look();
  CHECK(lift::change_between(before, after, {"app.py", "new.py"}).files == Names{"app.py", "new.py"});
  project.write("new.py", "");   // another file, by rename
  CHECK(lift::change_between(after, project.look(), {"new.py"}).is_code);
}

TEST_CASE("what is left out of an image is not watched")
{
  const Project project;
  const lift::Look before = project.look();
  project.write(".env", "after");
  REQUIRE(sys::make_folders(project.root + "/__pycache__"));
  project.write("__pycache__/app.pyc", "");
  CHECK(lift::change_between(before, project.look(), {}).is_none());
}

TEST_CASE("suites and events that are named are watched by the names of their cases' places")
{
  Project project;
  project.write("own.yaml", "before");
  project.files = {{project.root + "/event.json"}, {project.root + "/own.yaml", "-"}, project.root};
  project.write("event.json", "{}");
  const lift::Look before = project.look();
  project.write("event.json", "[]");
  project.write("own.yaml", "after");
  const lift::Change change = lift::change_between(before, project.look(), {});
  CHECK(change.case_files == std::set<std::string>{project.root + "/event.json", "own.yaml"});
  CHECK_FALSE(change.is_build);
}

TEST_CASE("the code is copied as an image holds it")
{
  const Project project;
  project.write("events/deep.py", "x = 1\n");
  lift::Planned planned;
  planned.inspected.root = project.root;
  planned.function.files = {{"app.py", true, "app.py"}, {"sub/deep.py", false, "events/deep.py"}};
  CHECK(lift::code_sources(planned) == std::set<std::string>{"app.py", "events/deep.py"});
  const std::string copy = project.root + "/copy";
  REQUIRE(lift::copy_code(planned, copy));
  namespace fs = std::filesystem;
  CHECK((fs::status(copy + "/app.py").permissions() & fs::perms::all) == fs::perms(0755));
  CHECK((fs::status(copy + "/sub/deep.py").permissions() & fs::perms::all) == fs::perms(0644));
  CHECK((fs::status(copy + "/sub").permissions() & fs::perms::all) == fs::perms(0755));
  CHECK((fs::status(copy).permissions() & fs::perms::all) == fs::perms(0755));
}
