#include "image/layer_index.hpp"

#include "image/failures.hpp"
#include "image/json_limits.hpp"

#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace envlift::image {

namespace {

using Json = nlohmann::json;

}  // namespace

Result<std::vector<NewLayer>> parse_layer_index(std::string_view text)
{
  const Json index = Json::parse(text, nullptr, false);
  std::vector<NewLayer> layers;
  if (index.is_object() && index.value("schema", Json()) == 1 && index.value("layers", Json()).is_array()) {
    for (const Json& row : index["layers"]) {
      const bool is_row = row.is_object() && row.value("name", Json()).is_string() &&
                          row.value("diff_id", Json()).is_string() && row.value("bytes", Json()).is_number_unsigned();
      if (!is_row || !is_sha256_digest(row["diff_id"].get_ref<const std::string&>())) {
        return unwritable("the environment", "the builder's list of layers cannot be read");
      }
      layers.push_back({row["name"], row["diff_id"], row["bytes"]});
    }
  }
  return layers.empty() ? unwritable("the environment", "the builder's list of layers cannot be read")
                        : Result<std::vector<NewLayer>>(std::move(layers));
}

}  // namespace envlift::image
