// What the emulator's own lines in a container's log tell. Pure; the wordings are those of the emulator of 2026-01.
#pragma once

#include <string>
#include <string_view>

namespace envlift::invoke {

// The lines that tell how far an invocation has come.
inline constexpr std::string_view k_init_begins = "INIT START(";
inline constexpr std::string_view k_init_ends = "INIT RTDONE(";
inline constexpr std::string_view k_invocation_begins = "INVOKE START(";
inline constexpr std::string_view k_invocation_ends = "INVOKE RTDONE(";
inline constexpr std::string_view k_report = "REPORT RequestId: ";
inline constexpr std::string_view k_reset = "(rapid) Reset initiated: ";

// Of the invocation, as "START RequestId: ID Version: …" tells it; "" where nothing does.
std::string request_id(std::string_view log);
// The runtime client's record of an error of this type, in text or JSON.
bool records_error(std::string_view log, const std::string& type);

// Milliseconds of the init from the INIT REPORT, which is measured; 0 when there is none.
double init_duration(std::string_view log);
// Milliseconds of the handler from the INVOKE RTDONE; 0 when there is none.
double handler_duration(std::string_view log);

// The error that the log's last Python traceback ends with, as "TYPE: MESSAGE"; "" where it has none.
std::string last_traceback(std::string_view log);

// Whether the runtime ended within its init.
bool init_failed(std::string_view log);
// Why it did, as "Runtime exited with error: exit status 7"; "" when the log does not say.
std::string init_failure(std::string_view log);
// The emulator's name of the first failure, as "Runtime.InvalidEntrypoint".
std::string fatal_type(std::string_view log);

}   // namespace envlift::invoke
