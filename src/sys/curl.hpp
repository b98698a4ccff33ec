// libcurl, loaded with the first request. Linked, it and the thirty libraries that it stands on would cost every start
// of envlift 4 ms and 6 MB (docs/decisions/0006-libcurl-on-demand.md).
#pragma once

#include <curl/curl.h>

namespace envlift::sys {

// The functions that envlift calls, by libcurl's own types.
struct Curl {
  decltype(&curl_global_init) global_init = nullptr;
  decltype(&curl_easy_init) easy_init = nullptr;
  decltype(&curl_easy_setopt) set = nullptr;
  decltype(&curl_easy_perform) easy_perform = nullptr;
  decltype(&curl_easy_getinfo) get_info = nullptr;
  decltype(&curl_easy_strerror) easy_strerror = nullptr;
  decltype(&curl_easy_reset) easy_reset = nullptr;
  decltype(&curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&curl_slist_append) slist_append = nullptr;
  decltype(&curl_slist_free_all) slist_free_all = nullptr;
};

// The library, initialised; nullptr where it is not installed or not usable.
const Curl* load_curl();

}  // namespace envlift::sys
