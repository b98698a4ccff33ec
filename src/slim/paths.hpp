// What a path of an environment is, by its name alone.
#pragma once

#include "slim/slim.hpp"

#include <string>
#include <string_view>

namespace envlift::slim {

// The source of a module's bytecode; any other path as it is.
std::string source_of(std::string_view path);
// Source or bytecode of a module of the environment's Python.
bool is_module(std::string_view path, const Place& place);
// A module that is a shared object. Those named lib… are libraries, which others load.
bool is_extension(std::string_view path, const Place& place);
// "libz.so.1", "_x.cpython-311.so": by the name of a file.
bool is_shared_object(std::string_view name);
// Headers, sources in C and Cython, type stubs.
bool is_for_compilers(std::string_view path, const Place& place);
// What stays whether it was opened or not: what is read where no event may lead (codecs, time zones, certificates,
// tracebacks), and the records of packages.
bool is_safe(std::string_view path, const Place& place);
// "pandas.io.sas" of a module's source or folder, or of an extension module; "" for another path.
std::string module_name(std::string_view path, const Place& place);

}   // namespace envlift::slim
