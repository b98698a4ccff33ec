// Codes 01: files, text, YAML.
#include "diag/code_rows.hpp"

namespace envlift::diag {

std::vector<CodeInfo> rows_of_text()
{
  using enum Severity;
  // clang-format off: one shape for every row
  return {
    {"EL0101", error, "the file does not exist",
     "A path on the command line, in a setting or in a variable names nothing on this machine.",
     "Check the spelling, and the folder that it starts from.",
     {k_shell, "envlift plan my-fucntion",
       "envlift plan my-function"}},
    {"EL0102", error, "the file or folder cannot be read",
     "It is there, but it is a folder where a file is due, not a regular file, or its permissions forbid reading "
     "it.",
     "Name a file, and make it readable.",
     {k_shell, "envlift plan . --environment envs",
       "envlift plan . --environment envs/prod.yml"}},
    {"EL0103", error, "the file is too large",
     "envlift reads at most 1 MiB of a file that people write by hand and 6 MiB of an event, which is Lambda's "
     "own limit.",
     "Check that this is the file you mean. Put large inputs of a function into S3 and send their key.",
     {k_shell, "envlift invoke image --event table.csv.json",
       "envlift invoke image --event key-in-s3.json"}},
    {"EL0104", error, "the file is empty",
     "The file holds nothing but space and comments: there is nothing to install.",
     "List the packages in it.",
     {k_conda, "# to do",
       "dependencies:\n  - numpy"}},
    {"EL0105", error, "the text is not valid UTF-8",
     "Environment files are read as UTF-8, or as UTF-16 with or without a byte order mark. This one is neither, "
     "so its names cannot be trusted.",
     "Save the file as UTF-8.",
     {k_shell, "envlift plan .          # environment.yml saved as Latin-1",
       "iconv -f latin1 -t utf-8 -o fixed.yml environment.yml"}},
    {"EL0106", error, "the text holds a NUL byte",
     "A text file holds no NUL bytes: the file is damaged, or is none.",
     "Restore it from your version control, or export it again.",
     {k_shell, "envlift plan . --environment env.tar",
       "envlift plan . --environment environment.yml"}},
    {"EL0107", error, "no environment file was found",
     "The project's folder has no file that looks like an environment file.",
     "Put an environment.yml or a requirements.txt there, or name the file.",
     {k_shell, "envlift plan .",
       "envlift plan . --environment deps/prod.txt"}},
    {"EL0108", error, "the file's format is not known",
     "By its name and its text the file is of none of the formats that envlift reads.",
     "Name an environment file, a requirements file, a project file or a lock.",
     {k_shell, "envlift plan . --environment README.md",
       "envlift plan . --environment environment.yml"}},
    {"EL0109", error, "the file lies outside of the project",
     "Only files below the project's folder enter the build, so that the same folder always gives the same image.",
     "Move the file into the project, or name the folder above both as the project.",
     {k_shell, "envlift plan . --environment ../shared/environment.yml",
       "envlift plan .. --environment shared/environment.yml --code function"}},
    {"EL0110", error, "the text is not YAML",
     "The YAML parser stopped here: a tab in the indentation, a quote or a bracket that is not closed, a colon "
     "that is part of a text.",
     "Correct the line; indent with spaces, and put quotes around texts with `: ` in them.",
     {k_conda, "dependencies:\n\t- numpy",
       "dependencies:\n  - numpy"}},
    {"EL0111", error, "a key stands twice",
     "YAML allows a key once in a map. Other readers take the last one silently; envlift does not guess.",
     "Merge the two, or remove one.",
     {k_conda, "dependencies:\n  - numpy\ndependencies:\n  - pandas",
       "dependencies:\n  - numpy\n  - pandas"}},
    {"EL0112", error, "the YAML is too deep or too large",
     "No environment file that people write is that deep or that large; the limits keep a damaged or hostile one "
     "from taking all memory.",
     "Make it flatter or smaller.",
     {k_shell, "envlift plan . --environment dump.yml",
       "envlift plan . --environment environment.yml"}},
    {"EL0113", error, "the YAML's aliases are cyclic or too many",
     "An alias (`*name`) stands inside of what it names, or the aliases together copy too much.",
     "Write the values out.",
     {k_conda, "dependencies: &all\n  - *all",
       "dependencies:\n  - numpy"}},
    {"EL0114", error, "the file holds more than one YAML document",
     "`---` begins a second document. conda reads one a file.",
     "Keep one document, and put the other into a file of its own.",
     {k_conda, "dependencies:\n  - numpy\n---\ndependencies:\n  - pandas",
       "dependencies:\n  - numpy\n  - pandas"}},
    {"EL0115", error, "YAML that files read here do not use: a merge key, a tag, a key that is no text",
     "The file uses a part of YAML that readers treat differently, so it would not mean the same everywhere.",
     "Write it plainly: text keys, merged entries written out, no tags.",
     {k_conda, "<<: {name: demo}\ndependencies:\n  - numpy",
       "name: demo\ndependencies:\n  - numpy"}},
    {"EL0116", error, "the text is not TOML",
     "The file's name asks for TOML (pyproject.toml, Pipfile, uv.lock, poetry.lock, pylock.toml, pixi.toml), and its text is "
     "none. Inline tables of several lines, or with a last comma, are TOML 1.1: pixi, pipenv and uv.lock have them; pip, "
     "poetry and Python's tomllib before 3.15 refuse a pyproject.toml, poetry.lock or pylock.toml that does.",
     "Correct the line. A lock that a merge left half done is best made again by its tool.",
     {k_shell, "envlift plan .          # pyproject.toml with name = orders",
       "envlift plan .          # pyproject.toml with name = \"orders\""}},
    {"EL0117", error, "the text is not JSON",
     "A Pipfile.lock is JSON, and this text is none.",
     "Make the lock again with its tool.",
     {k_shell, "envlift plan .          # a Pipfile.lock with conflict marks",
       "pipenv lock"}},
    {"EL0118", error, "the lock file's version is not one that envlift reads",
     "Lock files name the version of their format. A version that is not known may mean another thing by the same "
     "keys, so nothing of it is guessed.",
     "Write the lock again with a version of its tool that writes the format named in the message.",
     {k_pylock,
       "lock-version = \"2.0\"\ncreated-by = \"uv\"\n[[packages]]\nname = \"idna\"\nversion = \"3.10\"\n"
       "[[packages.wheels]]\nurl = \"https://files.example/idna-3.10-py3-none-any.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }",
       "lock-version = \"1.0\"\ncreated-by = \"uv\"\n[[packages]]\nname = \"idna\"\nversion = \"3.10\"\n"
       "[[packages.wheels]]\nurl = \"https://files.example/idna-3.10-py3-none-any.whl\"\n"
       "hashes = { sha256 = \"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }"}},
    {"EL0119", error, "the file lacks a key that its format requires, or a value has the wrong kind",
     "The file is of a known format, and not complete: without the key, what it asks for would be a guess.",
     "Correct the value; make a lock again with its tool.",
     {k_pipfile, "[[source]]\nname = \"pypi\"\n[packages]\nrequests = \"*\"",
       "[[source]]\nname = \"pypi\"\nurl = \"https://pypi.org/simple\"\n[packages]\nrequests = \"*\""}},
    {"EL0120", error, "a file could not be written",
     "A file, a folder or the result on stdout could not be written: the disk is full, the place is not yours, or "
     "stdout is closed.",
     "Free disk space, or name a place that you may write to. For temporary files, set TMPDIR.",
     {k_shell, "envlift render . -o /usr/lib/context",
       "envlift render . -o context"}},
    {"EL0121", error, "the output folder is not ours to overwrite",
     "`render -o` replaces only folders that it wrote itself: it would not destroy other work.",
     "Name an empty folder or a new one.",
     {k_shell, "envlift render . -o src",
       "envlift render . -o build/context"}},
    {"EL0122", error, "a line is too long",
     "A line of more than 1 MiB is no requirement and no package: the file is damaged, or is another one.",
     "Check that this is the file you mean.",
     {k_shell, "envlift plan . --environment data.txt",
       "envlift plan . --environment requirements.txt"}},
    {"EL0123", note, "a file has more findings than are listed",
     "Of each severity the first findings of a file are listed and the others counted, so that a wrong file does not "
     "fill the screen.",
     "Correct the listed ones first; most of the others have the same cause.",
     {k_shell, "envlift inspect . --environment notes.txt",
       "envlift inspect . --environment requirements.txt"}},
  };
  // clang-format on
}

}  // namespace envlift::diag
