// All that is known about one invocation -> what it means, why, and what to do. Pure.
#pragma once

#include "invoke/invoke.hpp"

#include <optional>
#include <string>

namespace envlift::invoke {

// Lambda's limit on an init. It then begins again within the first invocation, and may use up the timeout.
inline constexpr int k_init_limit_s = 10;

struct Evidence {
  int http_status = 0;            // of the emulator's answer; 0 = none
  std::string body = {};
  std::string no_answer = {};     // why there is none, in the words of the connection
  std::string log = {};           // what was written during the invocation, its init included
  bool is_log_cut = false;
  bool cold = true;               // the init ran within
  double waited_ms = 0;           // from the event to the answer or the giving up, by envlift's clock
  double invoked_ms = 0;          // of it, since the handler's start; 0 when it was not seen
  bool container_runs = true;
  bool container_gone = false;   // somebody removed it
  int exit_code = 0;              // of a container that ended
  std::optional<bool> out_of_memory =
      {};   // the kernel killed a process for it; nothing when that is not known
  std::optional<unsigned long long> tmp_bytes = {};   // written into /tmp; nothing when that is not known
  std::optional<unsigned long long> disk_free_bytes = {};   // of the disk that /tmp is on
  int memory_mb = 1024;           // the function's settings
  int timeout_s = 30;
  int ephemeral_storage_mb = 512;
};

// One row of the table for each way an invocation ends; what no row knows is told whole.
Outcome judge(const Evidence& evidence);

}   // namespace envlift::invoke
