// An HTTP that answers as a test says and remembers what it was asked.
#pragma once

#include "sys/http.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace envlift::fakes {

class Http : public sys::Http {
public:
  using Answer = tl::expected<sys::HttpResponse, sys::HttpFailure>;

  explicit Http(std::function<Answer(const sys::HttpRequest&)> reply) : reply_(std::move(reply)) {}

  Answer send(const sys::HttpRequest& request) override
  {
    requests.push_back(request);
    return reply_(request);
  }

  std::vector<sys::HttpRequest> requests;

private:
  std::function<Answer(const sys::HttpRequest&)> reply_;
};

inline Http::Answer refused()
{
  return tl::unexpected(sys::HttpFailure{sys::HttpProblem::refused, "Couldn't connect to server"});
}

}  // namespace envlift::fakes
