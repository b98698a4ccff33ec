#include "invoke/variables.hpp"

namespace envlift::invoke {

std::map<std::string, std::string> variables_of(const Target& target, int emulator_timeout_s)
{
  std::map<std::string, std::string> variables = {
    {"AWS_DEFAULT_REGION", "us-east-1"},
    {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", std::to_string(target.memory_mb)},
    {"AWS_LAMBDA_FUNCTION_NAME", "envlift"},
    {"AWS_LAMBDA_FUNCTION_TIMEOUT", std::to_string(emulator_timeout_s)},
    {"AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"},
    {"AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"},
    {"AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/envlift"},
    {"AWS_LAMBDA_LOG_STREAM_NAME", "local"},
    {"AWS_REGION", "us-east-1"},
    {"AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR"},
    {"AWS_XRAY_DAEMON_ADDRESS", "169.254.79.129:2000"},
    {"LAMBDA_RUNTIME_DIR", "/var/runtime"},
    {"LAMBDA_TASK_ROOT", "/var/task"},
    {"TZ", ":UTC"},
  };
  if (target.fake_credentials) {
    // The keys of AWS's own documentation.
    variables["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE";
    variables["AWS_SECRET_ACCESS_KEY"] = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    variables["AWS_SESSION_TOKEN"] = "example";
  }
  for (const auto& [name, value] : target.environment) {
    variables[name] = value;
  }
  return variables;
}

}   // namespace envlift::invoke
