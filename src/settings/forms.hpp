// The forms that values of settings have. Values end up in Dockerfiles, in argument vectors and in
// JSON, so a form is what those places take, not what might be read with good will.
#pragma once

#include "settings/settings.hpp"

#include <optional>
#include <string_view>

namespace envlift::settings {

// "3.11": a minor version, no patch level.
std::optional<Complaint> check_python(std::string_view value);

// Where a base comes from: an image reference in which "{python}" stands for the minor.
std::optional<Complaint> check_base(std::string_view value);
std::optional<Complaint> check_os_base(std::string_view value);

// What the image will be called: an image reference without a digest.
std::optional<Complaint> check_tag(std::string_view value);

// A registry's HOST[:PORT], as docker reads it.
std::optional<Complaint> check_registry(std::string_view value);

// A repository's name, without a registry, tag or digest.
std::optional<Complaint> check_repository(std::string_view value);

// A path below the project folder.
std::optional<Complaint> check_project_path(std::string_view value);

// A file of this machine that is handed to the engine as a secret: `--secret id=…,src=PATH` is read
// as one line of CSV.
std::optional<Complaint> check_secret_file(std::string_view value);
std::optional<Complaint> check_mounted_file(std::string_view value);

// An http or https URL without credentials.
std::optional<Complaint> check_url(std::string_view value);

// A conda channel: a name or a URL, without credentials.
std::optional<Complaint> check_channel(std::string_view value);

// What is kept of that which is pruned: a kind, `tests:NAME`, or a pattern of paths below the environment.
std::optional<Complaint> check_keep(std::string_view value);

// 64 lower-case hexadecimal digits.
std::optional<Complaint> check_sha256(std::string_view value);

// The name of a network as docker takes it.
std::optional<Complaint> check_network(std::string_view value);

// A program's name or path; never something that reads as an option.
std::optional<Complaint> check_program(std::string_view value);

}  // namespace envlift::settings
