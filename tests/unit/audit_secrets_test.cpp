#include "audit/secrets.hpp"

#include <catch2/catch.hpp>

#include <random>
#include <string>

namespace envlift::audit {
namespace {

// The kinds, joined; made-up values are put together here, so that no scanner takes this file for a leak.
std::string kinds(std::string_view path, const std::string& text)
{
  std::string kinds;
  for (const SecretFact& secret : find_secrets(path, text)) {
    kinds += (kinds.empty() ? "" : ", ") + secret.kind + ":" + std::to_string(secret.line);
  }
  return kinds;
}

const std::string app = "var/task/app.py";
const std::string site = "opt/conda/lib/python3.11/site-packages/";
const std::string aws_id = std::string("AKIA") + "QYLPMN5HFIQR7XYA";
const std::string aws_secret = std::string("Tg0pz8Jii8hkLx4+PnUisM8G") + "mKs3a2DK+9qz/lie";
const std::string key_line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

std::string pem(const std::string& kind, const std::string& line_end)
{
  return "-----BEGIN " + kind + "-----" + line_end + key_line + line_end + key_line + line_end + "-----END " +
         kind + "-----";
}

TEST_CASE("Issuers' tokens are found by their prefixes", "[audit][secrets]")
{
  const std::string value = "0a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXy";
  CHECK(kinds(app, "\n\nx = 'ghp_" + value + "'") == "GitHub token:3");
  CHECK(kinds(app, "github_pat_" + value + value + "0123456789") == "GitHub token:1");
  CHECK(kinds(app, "glpat-" + value) == "GitLab token:1");
  CHECK(kinds(app, "xoxb-123456789012-" + value) == "Slack token:1");
  CHECK(kinds(app, "npm_" + value) == "npm token:1");
  CHECK(kinds(app, "pypi-AgEIcHlwaS5vcmc" + value + value) == "PyPI token:1");
  CHECK(kinds(app, "ghp_" + value + " npm_" + value) == "GitHub token:1, npm token:1");
  CHECK(kinds(app, "ghp_" + std::string(36, 'x')).empty());
  CHECK(kinds(app, "ghp_short npm_config_cache npm_lifecycle_event glpat-").empty());
  CHECK(kinds(app, "xghp_" + value).empty());
}

TEST_CASE("JSON Web Tokens are found by what their first part is", "[audit][secrets]")
{
  const std::string header = "eyJhbGciOiJIUzI1NiIs" + std::string("InR5cCI6IkpXVCJ9");
  const std::string payload = ".eyJzdWIiOiJvcmRlcnMiLCJyb2xlIjoic2VydmljZSJ9.";
  const std::string signature = "SflKxwRJSMeKKF2QT4f" + std::string("wpMeJf36POk6yJV_adQssw5c");
  const std::string token = header + payload + signature;
  CHECK(kinds(app, "\nTOKEN = '" + token + "'") == "JSON Web Token:2");
  CHECK(kinds(app, "'Authorization': 'Bearer " + token + "'") == "JSON Web Token:1");
  CHECK(kinds("", token) == "JSON Web Token:1");
  // A package's, one without a signature, a first part without "alg", none in JSON, and the documentation's.
  CHECK(kinds(site + "jwt/api.py", token).empty());
  CHECK(kinds(app, header + payload).empty());
  CHECK(kinds(app, header + "." + signature).empty());
  CHECK(kinds(app, "eyJ0eXAiOiJ4Iiwia2lkIjoiMSJ9" + payload + signature).empty());
  CHECK(kinds(app, "eyJhbGciOiJI" + payload + signature).empty());
  CHECK(kinds(app, header + ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ." +
                       signature)
            .empty());
}

TEST_CASE("Private keys in DER are found in files that are named as keys", "[audit][secrets]")
{
  const auto sequence = [](const std::string& content) {
    return "\x30\x82" +
           std::string{static_cast<char>(content.size() >> 8U), static_cast<char>(content.size())} + content;
  };
  const auto is_key = [](const std::string& path, const std::string& bytes) {
    return find_der_key(path, bytes, bytes.size()).has_value();
  };
  const std::string rest(600, 'k');
  const std::string zero("\x02\x01\x00", 3);
  const std::string pkcs8 = sequence(zero + "\x30\x0d\x06" + rest);
  CHECK(is_key("var/task/server.key", pkcs8));
  CHECK(is_key("var/task/server.pk8", pkcs8));
  CHECK(is_key("var/task/server.der", sequence(zero + std::string("\x02\x82\x01\x01\x00", 5) + rest)));
  CHECK(is_key("var/task/ec.p8", "\x30\x77\x02\x01\x01\x04\x20" + std::string(114, 'k')));
  CHECK_FALSE(is_key("var/task/server.bin", pkcs8));
  CHECK_FALSE(is_key(site + "x/tests/server.key", pkcs8));
  CHECK_FALSE(is_key("var/task/cut.key", pkcs8.substr(0, 100)));
  CHECK_FALSE(is_key("var/task/cut.key", pkcs8.substr(0, 6)));
  CHECK_FALSE(is_key("var/task/cert.der", sequence("\x30\x82\x01\x01" + rest)));
  CHECK_FALSE(is_key("var/task/public.der", sequence("\x02\x82\x01\x01" + rest)));
  CHECK_FALSE(is_key("var/task/empty.key", ""));
}

TEST_CASE("An AWS key is found with its secret, and a secret by its name", "[audit][secrets]")
{
  CHECK(kinds(app, "id = '" + aws_id + "'\nsecret = '" + aws_secret + "'\n") == "AWS access key:1");
  CHECK(kinds(app, "id = '" + aws_id + "'\n") == "AWS access key ID:1");
  CHECK(kinds(site + "x/app.py", "id = '" + aws_id + "'\n").empty());
  CHECK(kinds(app, "id = 'AKIAIOSFODNN7EXAMPLE' " + std::string("AKIA") + std::string(16, 'A')).empty());
  CHECK(kinds(app, "\nAWS_SECRET_ACCESS_KEY=" + aws_secret) == "AWS secret access key:2");
  CHECK(kinds(app, "aws_secret_access_key: \"" + aws_secret + "\"") == "AWS secret access key:1");
  CHECK(kinds("root/.aws/credentials",
              "[default]\naws_access_key_id = " + aws_id + "\naws_secret_access_key = " + aws_secret) ==
        "AWS access key:2, AWS secret access key:3");
  CHECK(kinds("root/.aws/credentials", "[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n"
                                       "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n")
            .empty());
  CHECK(kinds(app, "aws_secret_access_key=os.environ['AWS_SECRET_ACCESS_KEY']").empty());
  CHECK(kinds(app, aws_id + " 0123456789abcdef0123456789abcdef01234567") == "AWS access key ID:1");
}

TEST_CASE("Keys of hosts of models and of headers are found in the function's own files", "[audit][secrets]")
{
  const std::string value = "0a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXy0a1B2c3D4e5F6g7H8i9J";
  CHECK(kinds(app, "hf_" + value) == "Hugging Face token:1");
  CHECK(kinds(app, "sk-proj-" + value) == "OpenAI key:1");
  CHECK(kinds(app, "sk-" + value) == "OpenAI key:1");
  CHECK(kinds(app, "sk-learn-" + value + " task-" + value).empty());
  CHECK(kinds(app, "AIza" + value) == "Google API key:1");
  CHECK(kinds(site + "x.py", "AIza" + value).empty());
  CHECK(kinds(app, "{'Authorization': 'Bearer " + value + "'}") == "token in an Authorization header:1");
  CHECK(kinds(app, "{'Authorization': f'Bearer {token}'} Bearer " + value).empty());
  CHECK(kinds("var/task/.envrc", "export API_TOKEN=hunter2\n") == "secret in an environment file:1");
  CHECK(kinds("var/task/prod.env", "API_TOKEN=hunter2\n") == "secret in an environment file:1");
}

TEST_CASE("A stream is looked through to its end, across its windows", "[audit][secrets]")
{
  const std::string token = "ghp_0a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXy";
  std::string text;
  while (text.size() < 300'000) {
    text += "a line of text\n";
  }
  const std::size_t lines = text.size() / 15;
  for (const std::size_t block : {std::size_t{1000}, std::size_t{65536}, text.size()}) {
    for (const std::size_t line : {std::size_t{0}, lines / 3, lines * 5 / 6, lines}) {
      std::string bytes = text;
      bytes.insert(line * 15, token + "\n");
      SecretScan scan(app, Content::text);
      for (std::size_t at = 0; at < bytes.size(); at += block) {
        scan.add(std::string_view(bytes).substr(at, block));
      }
      const auto found = scan.end();
      REQUIRE(found.size() == 1);
      CHECK(found[0].line == line + 1);
    }
  }
}

TEST_CASE("Of binaries only what random bytes are not is told", "[audit][secrets]")
{
  const auto count = [](const std::string& bytes) {
    SecretScan scan("var/task/x.bin", Content::binary);
    scan.add(bytes);
    return scan.end().size();
  };
  CHECK(count("ghp_0a1B2c3D4e5F6g7H8i9J0kLmNoPqRsTuVwXy") == 1);
  CHECK(count(aws_id + " " + aws_secret) == 1);
  CHECK(count(aws_id) == 0);
  CHECK(count("https://someone:s3cr3t@host/") == 0);
  CHECK(count(pem("RSA PRIVATE KEY", "\n")) == 0);
}

TEST_CASE("A private key is one that has a body", "[audit][secrets]")
{
  CHECK(kinds("root/.ssh/id_ed25519", pem("OPENSSH PRIVATE KEY", "\n")) == "private key:1");
  CHECK(kinds(app, "KEY = '" + pem("RSA PRIVATE KEY", "\\n") + "'") == "private key:1");
  CHECK(kinds("opt/key.pem", pem("EC PRIVATE KEY", "\r\n")) == "private key:1");
  CHECK(kinds("opt/cert.pem", pem("CERTIFICATE", "\n")).empty());
  CHECK(kinds("opt/cert.pem", pem("PUBLIC KEY", "\n")).empty());
  CHECK(kinds(app, "MARK = b'-----BEGIN PRIVATE KEY-----'\nEND = b'-----END PRIVATE KEY-----'\n").empty());
  CHECK(kinds(site + "rsa/tests/key.pem", pem("RSA PRIVATE KEY", "\n")).empty());
  CHECK(kinds("opt/conda/lib/python3.11/test/certdata/key.pem", pem("RSA PRIVATE KEY", "\n")).empty());
  CHECK(kinds("etc/ssl/private/ssl-cert-snakeoil.key", pem("PRIVATE KEY", "\n")).empty());
}

TEST_CASE("Credentials in URLs are found in configuration and the function's own files", "[audit][secrets]")
{
  const std::string url = "https://someone:s3cr3t@pypi.example.com/simple";
  CHECK(kinds("etc/pip.conf", "[global]\nindex-url = " + url + "\n") == "credentials in a URL:2");
  CHECK(kinds(site + "pip.conf", "index-url = " + url) == "credentials in a URL:1");
  CHECK(kinds(app, "DB = 'postgresql://app:hunter2@db/x'") == "credentials in a URL:1");
  CHECK(kinds(site + "requests/models.py", url).empty());
  CHECK(
      kinds(app,
            "https://user:password@host/ https://$USER:$PASSWORD@host/ https://u:${PW}@h/ https://u:<pw>@h/")
          .empty());
  CHECK(kinds(app, "https://host/path?mail=a:b@c ssh://git@github.com/x https://host:8080/@x").empty());
  CHECK(kinds(app, "re.compile(r'https://[^:]+:([^@]+)@')").empty());
}

TEST_CASE("conda's tokens are found where conda writes them", "[audit][secrets]")
{
  CHECK(kinds("root/.condarc", "channels:\n- https://conda.anaconda.org/t/ab-12345678-90ab/me\n") ==
        "credentials in a URL:2");
  CHECK(kinds("opt/conda/conda-meta/history", "# cmd: conda install -c https://host/t/s3cr3ttoken/me x\n") ==
        "credentials in a URL:1");
  CHECK(kinds("opt/conda/conda-meta/x.json", R"("url": "https://conda.anaconda.org/t/<TOKEN>/me/x.conda")")
            .empty());
  CHECK(kinds(app, "# https://discuss.python.org/t/some-topic-name/123").empty());
}

TEST_CASE("Files that are made to hold secrets are known", "[audit][secrets]")
{
  CHECK(kinds("root/.netrc", "machine h\n  login me\n  password hunter2\n") == "password in a netrc file:3");
  CHECK(kinds("root/.netrc", "machine h login me password ${PW}\n").empty());
  CHECK(kinds("root/.pypirc", "[pypi]\nusername = me\npassword = hunter2\n") == "password in .pypirc:3");
  CHECK(kinds("root/.npmrc", "//npm.example.com/:_authToken=0123-4567\n") == "login in .npmrc:1");
  CHECK(kinds("root/.npmrc", "//npm.example.com/:_authToken=${NPM_TOKEN}\n").empty());
  CHECK(kinds("root/.docker/config.json", R"({"auths": {"h": {"auth": "dXNlcjpwYXNz"}}})") ==
        "registry login:1");
  CHECK(kinds("root/.docker/config.json", R"({"auths": {"h": {"auth": ""}}, "credsStore": "x"})").empty());
  CHECK(kinds("root/.pgpass", "# x\nh:5432:d:me:hunter2\n") == "password in .pgpass:2");
  CHECK(kinds("var/task/.env", "DEBUG=1\nDB_PASSWORD=hunter2\nAPI_KEY=\n") ==
        "secret in an environment file:2");
  CHECK(kinds("var/task/.env.example", "DB_PASSWORD=hunter2\n").empty());
}

TEST_CASE("Any bytes can be searched, in time", "[audit][secrets][property]")
{
  std::mt19937 random(7);
  const std::string letters = "AKIASxghp_-:/@%\n\"'=BEGINPRVTKY0aZ";
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 400, '\0');
    for (char& c : text) {
      c = round % 2 == 0 ? letters[random() % letters.size()] : static_cast<char>(random());
    }
    for (const std::string path :
         {"root/.netrc", "root/.pgpass", ".env", "root/.docker/config.json", "x/.condarc"}) {
      CHECK(find_secrets(path, text).size() <= 16);
    }
  }
  CHECK(find_secrets("x", std::string(1 << 20, '-')).empty());
  std::string many;
  while (many.size() < 1 << 20) {
    many += "-----BEGIN PRIVATE KEY https://a:";
  }
  CHECK(find_secrets("x", many).size() <= 16);
}

}   // namespace
}   // namespace envlift::audit
