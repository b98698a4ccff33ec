// The endpoint that a container's host offers credentials at (ECS, EKS, CloudShell).
#pragma once

#include <string_view>

namespace envlift::aws {

// Whether a URL may be asked: by https every host; by http this machine, and the addresses that ECS and EKS use, so
// that neither the token nor the credentials cross a network in the clear (botocore: ContainerMetadataFetcher).
bool may_ask_for_credentials(std::string_view url);

}   // namespace envlift::aws
