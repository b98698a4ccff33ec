// The command line: flags fill an Options value, one function per command makes one call per stage.
#pragma once

namespace envlift::cli {

// Runs the command that argv names; returns the process's exit code. Never throws: what nothing else
// caught is a bug of ours and ends with 70.
int run(int argc, char** argv);

}  // namespace envlift::cli
