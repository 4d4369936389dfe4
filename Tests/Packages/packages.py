"""Makes each package of a binary, checks what it says of itself, and runs what is in it.

usage: packages.py BINARY
"""
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import stat
import subprocess
import sys
import tarfile
import tempfile
import unittest
import zipfile

import jsonschema
import yaml

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PACKAGING = ROOT / "packaging"
BINARY = ""
PLATFORMS = ["linux-x86_64", "linux-arm64", "macos-arm64"]


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, **options).stdout


def make_package(kind, folder, *owner):
    return pathlib.Path(run(PACKAGING / "make-package", kind, BINARY, folder, *owner).strip())


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def valid(schema, value):
    validator = jsonschema.Draft202012Validator(json.loads((HERE / schema).read_text()))
    faults = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    if faults:
        raise AssertionError("\n".join(faults))


def variables():
    """The environment variables that --help tells of."""
    return set(re.findall(r"\b(?:QUO|MATON)_[A-Z_]*[A-Z]\b", run(BINARY, "--help")))


def make_targets():
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


class Case(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.version = run(BINARY, "--version").split()[-1]


class Bundle(Case):
    """The .mcpb, as a host takes it."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.path = make_package("mcpb", folder.name, "Someone")
        with zipfile.ZipFile(cls.path) as bundle:
            cls.entries = bundle.infolist()
            cls.manifest = json.loads(bundle.read("manifest.json"))

    def unpacked(self):
        """The bundle as unzip leaves it, with the modes that it tells."""
        home = self.folder / "extension"
        with zipfile.ZipFile(self.path) as bundle:
            for entry in bundle.infolist():
                os.chmod(bundle.extract(entry, home), entry.external_attr >> 16 & 0o777)
        return home

    def substituted(self, chosen):
        """The command and environment that a host makes of the manifest; what nobody chose stays as it is written."""
        home = self.unpacked()
        values = {name: option["default"] for name, option in self.manifest["user_config"].items() if "default" in option}
        values |= chosen

        def fill(text):
            text = text.replace("${__dirname}", str(home))
            for name, value in values.items():
                written = str(value).lower() if isinstance(value, bool) else str(value)
                text = text.replace("${user_config.%s}" % name, written)
            return text

        config = self.manifest["server"]["mcp_config"]
        environment = {name: fill(value) for name, value in config["env"].items()}
        return [fill(config["command"]), *map(fill, config["args"])], environment

    def answer(self, chosen, method, **parameters):
        """What the server says to one request; and, as `self.introduction`, to the first of all."""
        command, environment = self.substituted(chosen)
        environment |= {"HOME": str(self.folder), "PATH": os.environ["PATH"]}
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=environment)
        # Its end comes with the end of its input, after the answers: what is under way then is given up.
        with process, process.stdin:
            def ask(id, method, parameters):
                request = {"jsonrpc": "2.0", "id": id, "method": method, "params": parameters}
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
                answers = (json.loads(line) for line in process.stdout)
                return next(answer["result"] for answer in answers if answer.get("id") == id)

            self.introduction = ask(0, "initialize", {
                "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}})
            process.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
            return ask(1, method, parameters)

    def test_the_manifest_is_valid(self):
        valid("manifest.schema.json", self.manifest)
        self.assertEqual(self.manifest["version"], self.version)

    def test_the_manifest_has_no_word_of_a_template(self):
        self.assertNotRegex(json.dumps(self.manifest), r"\bOWNER\b|\bVERSION\b")
        self.assertIn("Someone/quo-mcp", json.dumps(self.manifest))

    def test_the_tools_are_those_that_the_server_offers(self):
        tools = self.answer({"sandbox": True}, "tools/list")["tools"]
        offered = [{"name": tool["name"], "description": tool["description"]} for tool in tools]
        self.assertEqual(self.manifest["tools"], offered)

    def test_every_setting_is_used_and_every_variable_known(self):
        environment = self.manifest["server"]["mcp_config"]["env"]
        used = re.findall(r"\$\{user_config\.(\w+)\}", json.dumps(environment))
        self.assertEqual(sorted(used), sorted(self.manifest["user_config"]))
        self.assertLessEqual(set(environment), variables())

    def test_the_key_is_kept_as_a_secret(self):
        self.assertIs(self.manifest["user_config"]["api_key"]["sensitive"], True)

    def test_it_says_that_it_is_not_the_vendors(self):
        self.assertIn("unofficial", self.manifest["display_name"].lower())
        self.assertIn("Powered by OpenPhone", self.manifest["long_description"])

    def test_it_serves_the_sandbox_when_a_person_chooses_that(self):
        result = self.answer({"sandbox": True}, "tools/call", name="whoami", arguments={})
        self.assertEqual(self.introduction["serverInfo"]["version"], self.version)
        self.assertIn("SANDBOX", json.dumps(result))

    def test_without_a_key_a_call_says_that_there_is_none(self):
        result = self.answer({}, "tools/call", name="whoami", arguments={})
        self.assertTrue(result["isError"])
        self.assertIn("QUO_API_KEY", json.dumps(result))

    def test_a_profile_that_a_person_chose_counts(self):
        tools = self.answer({"sandbox": True, "profile": "read-only"}, "tools/list")["tools"]
        self.assertIn("read_thread", [tool["name"] for tool in tools])
        self.assertNotIn("send_message", [tool["name"] for tool in tools])

    def test_the_binary_is_executable_and_nothing_else_is(self):
        modes = {entry.filename: entry.external_attr >> 16 for entry in self.entries}
        self.assertEqual({name for name, mode in modes.items() if mode & 0o111}, {self.manifest["server"]["entry_point"]})
        self.assertTrue(all(stat.S_ISREG(mode) for mode in modes.values()), modes)

    def test_the_same_binary_gives_the_same_bytes(self):
        other = self.folder / "other"
        self.assertEqual(digest(make_package("mcpb", other, "Someone")), digest(self.path))


class Archive(Case):
    """The .tar.gz, as a formula takes it."""

    def test_it_unpacks_to_a_binary_that_runs(self):
        path = make_package("archive", self.folder)
        self.assertEqual(digest(make_package("archive", self.folder / "again")), digest(path))
        with tarfile.open(path) as archive:
            self.assertEqual({member.name.split("/")[0] for member in archive}, {path.name.removesuffix(".tar.gz")})
            archive.extractall(self.folder, filter="data")
        home = self.folder / path.name.removesuffix(".tar.gz")
        self.assertEqual(run(home / "quo-mcp", "--version"), f"quo-mcp {self.version}\n")
        self.assertTrue((home / "LICENSE").is_file())


class Release(Case):
    """What the release workflow fills."""

    def setUp(self):
        super().setUp()
        self.sums = {}
        for platform in PLATFORMS:
            for suffix in [".mcpb", ".tar.gz"]:
                name = f"quo-mcp-{self.version}-{platform}{suffix}"
                self.sums[name] = hashlib.sha256(name.encode()).hexdigest()
        self.write_sums(self.sums)

    def write_sums(self, sums):
        (self.folder / "SHA256SUMS").write_text("".join(f"{value}  {name}\n" for name, value in sums.items()))

    def fill(self):
        return run(PACKAGING / "fill-release", "Someone", self.version, self.folder)

    def test_the_registrys_entry_is_valid_and_names_each_bundle(self):
        self.fill()
        entry = json.loads((self.folder / "server.json").read_text())
        valid("server.schema.json", entry)
        for package in entry["packages"]:
            name = package["identifier"].rsplit("/", 1)[1]
            self.assertEqual(package["fileSha256"], self.sums[name])
            named = {variable["name"] for variable in package["environmentVariables"]}
            self.assertLessEqual(named, variables())
            secrets = {variable["name"] for variable in package["environmentVariables"] if variable.get("isSecret")}
            self.assertEqual(secrets, {"QUO_API_KEY"})
        self.assertEqual(len(entry["packages"]), len(PLATFORMS))

    def test_nothing_of_the_templates_is_left(self):
        self.fill()
        for name in ["server.json", "quo-mcp.rb"]:
            self.assertNotRegex((self.folder / name).read_text(), r"OWNER|VERSION|SHA256\(", name)

    def test_the_formula_has_the_checksum_of_each_archive(self):
        self.fill()
        formula = (self.folder / "quo-mcp.rb").read_text()
        pairs = re.findall(r'url "https://[^"]*/([^/"]+)"\s+sha256 "([a-f0-9]{64})"', formula)
        self.assertEqual(dict(pairs), {name: value for name, value in self.sums.items() if name.endswith(".tar.gz")})

    def test_the_formula_is_ruby(self):
        if not shutil.which("ruby"):
            self.skipTest("ruby is not installed")
        self.fill()
        self.assertIn("Syntax OK", run("ruby", "-c", self.folder / "quo-mcp.rb"))

    def test_a_missing_package_stops_it(self):
        name = f"quo-mcp-{self.version}-macos-arm64.mcpb"
        self.write_sums({other: value for other, value in self.sums.items() if other != name})
        failed = subprocess.run(
            [PACKAGING / "fill-release", "Someone", self.version, self.folder], capture_output=True, text=True)
        self.assertEqual((failed.returncode, failed.stderr), (1, f"SHA256SUMS does not tell of {name}\n"))

    def test_every_word_of_a_template_is_listed(self):
        listed = (PACKAGING / "README.md").read_text()
        for path in PACKAGING.rglob("*"):
            if path.is_file() and "OWNER" in path.read_text() and path.name not in ("make-package", "fill-release"):
                name = str(path.relative_to(PACKAGING))
                if name != "README.md":
                    self.assertIn(f"`{name}`", listed)


class Image(unittest.TestCase):
    """The Dockerfile, as text: Tests/Packages/root runs its run-time part."""

    def setUp(self):
        text = (PACKAGING / "Dockerfile").read_text().replace("\\\n", " ")
        self.lines = [line.split(maxsplit=1) for line in text.splitlines() if line and not line.startswith("#")]

    def test_every_source_of_a_copy_exists(self):
        copies = [words for name, words in self.lines if name == "COPY"]
        self.assertTrue(copies)
        for words in copies:
            *sources, target = words.split()
            if sources[0] == "--from=build":
                self.assertIn(sources[1], " ".join(words for name, words in self.lines if name == "RUN"))
                continue
            for source in sources:
                self.assertTrue((ROOT / source).exists(), source)

    def test_all_that_building_reads_is_copied(self):
        copied = {word for name, words in self.lines if name == "COPY" for word in words.split()}
        named = set(re.findall(r'path: "([^"/]+)', (ROOT / "Package.swift").read_text()))
        self.assertLessEqual(named | {"Makefile", "Plugins", "Sources", "Tests", "schemas", "scripts", "packaging"}, copied)
        plugin = (ROOT / "Plugins/GenerateContract/GenerateContract.swift").read_text()
        for name in re.findall(r'"([^"/]+\.(?:json|txt))"', plugin):
            self.assertTrue(name in copied or (ROOT / "schemas" / name).is_file(), name)

    def packages(self):
        runs = [words for name, words in self.lines if name == "RUN"]
        return [word for words in runs for found in re.findall(r"apt-get install ([^&]*)", words)
                for word in found.split() if not word.startswith("-")]

    def test_every_package_of_debian_exists(self):
        if not shutil.which("apt-cache") or "VERSION_CODENAME=bookworm" not in pathlib.Path("/etc/os-release").read_text():
            self.skipTest("this is not Debian 12")
        known = run("apt-cache", "pkgnames").split()
        if not known:
            self.skipTest("apt has no lists here; apt-get update gets them")
        self.assertTrue(self.packages())
        for name in self.packages():
            self.assertIn(name, known)

    def test_it_runs_without_rights_and_keeps_its_state(self):
        last = {name: words for name, words in self.lines}
        self.assertEqual(last["USER"], "quo")
        self.assertEqual(last["VOLUME"], "/state")
        self.assertIn("QUO_MCP_STATE=/state", last["ENV"])
        self.assertEqual(json.loads(last["ENTRYPOINT"]), ["/usr/local/bin/quo-mcp"])

    def test_both_stages_have_the_same_system(self):
        images = [words.split()[0] for name, words in self.lines if name == "FROM"]
        self.assertEqual(images, ["swift:6.3-bookworm", "debian:bookworm-slim"])


class Workflows(unittest.TestCase):
    """The workflows, as text: no runner has run them here."""

    def workflows(self):
        for path in sorted((ROOT / ".github/workflows").glob("*.yml")):
            yield path.name, yaml.safe_load(path.read_text())

    def test_every_target_and_script_exists(self):
        seen = set()
        for name, workflow in self.workflows():
            for job, body in workflow["jobs"].items():
                for step in body["steps"]:
                    self.assertTrue(("run" in step) != ("uses" in step), f"{name}: {job}")
                    for line in step.get("run", "").splitlines():
                        seen |= self.check(line, f"{name}: {job}: {line}")
        self.assertLessEqual({"build", "archive", "mcpb", ".ci/run", "packaging/fill-release"}, seen)

    def check(self, line, where):
        """The targets and scripts that a line runs, each of which must exist."""
        words = shlex.split(line, comments=True)
        seen = set()
        for position, word in enumerate(words):
            if word == "make" and "install" not in words[:position]:
                for target in words[position + 1:]:
                    if "=" not in target:
                        self.assertIn(target, make_targets(), where)
                        seen.add(target)
            elif re.match(r"(\.ci|packaging|scripts|Tests)/", word):
                self.assertTrue((ROOT / word).is_file(), where)
                self.assertTrue(os.access(ROOT / word, os.X_OK) or words[position - 1] == "-f", where)
                seen.add(word)
        return seen

    def test_every_job_is_bounded_and_has_only_the_rights_that_it_needs(self):
        for name, workflow in self.workflows():
            self.assertEqual(workflow["permissions"], {"contents": "read"}, name)
            for job, body in workflow["jobs"].items():
                for needed in body.get("needs", []):
                    self.assertIn(needed, workflow["jobs"], f"{name}: {job}")
                if job != "release":
                    self.assertIn("timeout-minutes", body, f"{name}: {job}")
                    self.assertNotIn("permissions", body, f"{name}: {job}")

    def test_no_expression_is_put_into_a_command(self):
        for name, workflow in self.workflows():
            for job, body in workflow["jobs"].items():
                for step in body["steps"]:
                    self.assertNotIn("${{", step.get("run", ""), f"{name}: {job}")

    def test_the_platforms_are_those_of_the_registry_and_the_formula(self):
        release = dict(self.workflows())["release.yml"]
        built = [row["platform"] for row in release["jobs"]["linux"]["strategy"]["matrix"]["include"]] + ["macos-arm64"]
        self.assertEqual(built, PLATFORMS)
        for template in ["server.json", "homebrew/quo-mcp.rb"]:
            named = re.findall(r"VERSION-(\w+-\w+)\.(?:mcpb|tar\.gz)\"", (PACKAGING / template).read_text())
            self.assertEqual(set(named), set(PLATFORMS), template)


class Installation(Case):
    """make install and make uninstall, without building anew."""

    def make(self, target, program):
        return run(
            "make", "-C", ROOT, "-o", "build", "-o", "stripped", target, f"STRIPPED={program}", "PREFIX=/usr/local",
            f"DESTDIR={self.folder / 'root'}")

    def files(self):
        root = self.folder / "root"
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())

    def test_the_binary_is_installed_with_what_it_prints(self):
        has = [subprocess.run([BINARY, *words], capture_output=True).returncode == 0
               for words in (["man"], ["completion", "bash"], ["completion", "zsh"], ["completion", "fish"])]
        self.make("install", BINARY)
        installed = self.folder / "root/usr/local/bin/quo-mcp"
        self.assertEqual(stat.S_IMODE(installed.stat().st_mode), 0o755)
        self.assertEqual(run(installed, "--version"), f"quo-mcp {self.version}\n")
        self.assertEqual(len(self.files()), 1 + sum(has))

    def test_what_install_puts_there_uninstall_takes_away_and_nothing_else(self):
        program = self.folder / "program"
        program.write_text('#!/bin/sh\necho "$@"\n')
        program.chmod(0o755)
        self.make("install", program)
        written = {name: (self.folder / "root" / name).read_text() for name in self.files() if "/share/" in name}
        self.assertEqual(written, {
            "usr/local/share/man/man1/quo-mcp.1": "man\n",
            "usr/local/share/bash-completion/completions/quo-mcp": "completion bash\n",
            "usr/local/share/zsh/site-functions/_quo-mcp": "completion zsh\n",
            "usr/local/share/fish/vendor_completions.d/quo-mcp.fish": "completion fish\n"})
        other = self.folder / "root/usr/local/share/man/man1/other.1"
        other.touch()
        self.make("uninstall", program)
        self.assertEqual(self.files(), ["usr/local/share/man/man1/other.1"])


if __name__ == "__main__":
    BINARY = str(pathlib.Path(sys.argv[1]).resolve())
    size = os.path.getsize(BINARY)
    print(f"packages of a binary of {size:,} bytes", flush=True)
    unittest.main(argv=sys.argv[:1], verbosity=1)
