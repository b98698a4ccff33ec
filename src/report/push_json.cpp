#include "report/push.hpp"

#include <nlohmann/json.hpp>

namespace envlift::report {

std::string push_json(const PushReport& push)
{
  using Json = nlohmann::ordered_json;
  Json object;
  object["schema"] = 1;
  object["reference"] = push.reference;
  object["registry"] = push.host;
  object["repository"] = push.repository;
  object["digest"] = push.digest;
  object["media_type"] = push.media_type;
  object["tags"] = push.tags;
  object["sent_bytes"] = push.sent_bytes;
  object["layers"] = Json::array();
  for (const PushedLayer& layer : push.layers) {
    object["layers"].push_back(
        {{"diff_id", layer.diff_id}, {"digest", layer.digest}, {"size", layer.size}, {"state", layer.state}});
  }
  return object.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace envlift::report
