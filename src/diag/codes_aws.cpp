// Codes 13: AWS's credentials, regions and services.
#include "diag/code_rows.hpp"

namespace envlift::diag {

std::vector<CodeInfo> rows_of_aws()
{
  using enum Severity;
  // clang-format off: one shape for every row
  return {
    {"EL1301", error, "no AWS credentials were found",
     "Neither the variables, nor a profile, nor a container's endpoint, nor an instance's metadata hold credentials. "
     "envlift looks where the AWS SDKs look, in their order.",
     "Name a profile with AWS_PROFILE, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or sign in with "
     "`aws configure` or `aws sso login`.",
     {k_shell, "envlift doctor",
       "AWS_PROFILE=dev envlift doctor"}},
    {"EL1302", error, "no AWS region is set",
     "ECR's registries are those of one region, and nothing says of which.",
     "Set AWS_REGION, or `region` in the AWS profile.",
     {k_shell, "envlift doctor",
       "AWS_REGION=eu-central-1 envlift doctor"}},
    {"EL1303", error, "a file of AWS profiles cannot be read",
     "~/.aws/config and ~/.aws/credentials hold sections `[profile NAME]` or `[NAME]` with lines `KEY = VALUE`, each "
     "once. The line itself is not shown: it may hold a key.",
     "Correct the line.",
     {k_aws, "[profile dev]\nregion eu-central-1",
       "[profile dev]\nregion = eu-central-1"}},
    {"EL1304", error, "there is no such AWS profile",
     "AWS_PROFILE or AWS_DEFAULT_PROFILE names a profile that neither shared file has.",
     "Correct the name, or unset the variable.",
     {k_shell, "AWS_PROFILE=pord envlift doctor",
       "AWS_PROFILE=prod envlift doctor"}},
    {"EL1305", error, "a text is not the name of an AWS region",
     "A region is written in lower case with hyphens, and without the letter of an availability zone.",
     "Correct it.",
     {k_shell, "AWS_REGION=\"EU (Frankfurt)\" envlift doctor",
       "AWS_REGION=eu-central-1 envlift doctor"}},
    {"EL1306", error, "an AWS profile is incomplete or contradicts itself",
     "The profile names a role without saying who calls it, a section that is not there, two sources, or stands on itself "
     "through source_profile.",
     "Complete the profile as the error says.",
     {k_aws, "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin",
       "[profile admin]\nrole_arn = arn:aws:iam::123456789012:role/admin\nsource_profile = default"}},
    {"EL1307", error, "a configured source gave no AWS credentials",
     "A variable or a profile names a program, a file or an endpoint for credentials, and it gave none. Places that come "
     "after it are not tried, as they would be those of someone else.",
     "Do what the error says about the source, or remove it from the variables or the profile.",
     {k_aws, "[profile dev]\ncredential_process = get-credentials",
       "[profile dev]\ncredential_process = /opt/company/bin/get-credentials"}},
    {"EL1308", error, "a role wants a code of an MFA device",
     "The profile has mfa_serial, and envlift asks no questions.",
     "Let AWS's command line ask: `aws configure export-credentials --format env` prints variables that envlift takes.",
     {k_shell, "AWS_PROFILE=admin envlift doctor",
       "eval \"$(aws configure export-credentials --profile admin --format env)\"\nenvlift doctor"}},
    {"EL1309", error, "credentials would cross a network in the clear",
     "AWS_CONTAINER_CREDENTIALS_FULL_URI is asked by http on this machine and at ECS's and EKS's addresses alone.",
     "Use https, or an address of this machine.",
     {k_shell, "AWS_CONTAINER_CREDENTIALS_FULL_URI=http://host.example/role envlift doctor",
       "AWS_CONTAINER_CREDENTIALS_FULL_URI=https://host.example/role envlift doctor"}},
    {"EL1310", error, "the AWS credentials have expired",
     "Credentials with a session token are good for some hours.",
     "Get new ones where the old ones came from."},
    {"EL1311", error, "AWS does not take the credentials",
     "AWS does not know the access key, or the secret key is not the one that belongs to it.",
     "Check both; keys belong to one partition (aws, aws-cn, aws-us-gov, …)."},
    {"EL1312", error, "AWS denies an action",
     "The credentials are good, and their policies do not allow what was asked.",
     "Allow the action in IAM, or use other credentials."},
    {"EL1313", error, "the clock differs from AWS's",
     "A signature holds for five minutes. envlift corrects its own by the time of AWS's answer; that was not enough.",
     "Set the machine's clock."},
    {"EL1314", error, "AWS does not answer now",
     "The network failed, or AWS was busy, five times in a row. The exit code is 75: the same command may work later.",
     "Check the network, and run the command again."},
    {"EL1315", error, "an answer is not one of AWS's",
     "Something that is not AWS answers: a proxy's page, or a service that stands in for it.",
     "Check AWS_ENDPOINT_URL*, and what stands between this machine and AWS."},
    {"EL1316", error, "ECR has no such repository",
     "The registry of this account and region has no repository of that name.",
     "Check the name and the region, or create it."},
    {"EL1317", error, "AWS refuses a request",
     "The service's own code and words stand in the error.",
     "Correct what they name."},
    {"EL1318", error, "an endpoint of AWS cannot be used",
     "AWS_ENDPOINT_URL* and endpoint_url hold a URL without user, query and fragment, and exclude FIPS and dual-stack "
     "endpoints, which they would be in place of.",
     "Correct or unset them.",
     {k_shell, "AWS_ENDPOINT_URL=localhost:4566 envlift doctor",
       "AWS_ENDPOINT_URL=http://localhost:4566 envlift doctor"}},
    {"EL1319", error, "an AWS profile wants a sign-in",
     "The profile uses single sign-on, whose token ends after some hours.",
     "Sign in: `aws sso login`.",
     {k_shell, "AWS_PROFILE=dev envlift doctor",
       "aws sso login --profile dev\nAWS_PROFILE=dev envlift doctor"}},
  };
  // clang-format on
}

}  // namespace envlift::diag
