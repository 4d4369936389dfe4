"""Checks the documents: their links, commands, options, variables and names, and that what is generated is fresh.

usage: documents.py BINARY

A command is run in a shell with a home of its own for each document, against the sandbox, with the binary as quo-mcp and as
.build/release/quo-mcp. commands.json says which are not run and why, what must happen before one, and which blocks are no commands.
"""
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib
import unittest

import jsonschema
import yaml

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
#: Made of others, whose links and blocks are checked where they are written.
COPIES = {"llms-full.txt"}
BINARY = ""


def documents():
    found = [*ROOT.glob("*.md"), *ROOT.glob("llms*.txt"), *ROOT.glob("docs/*.md"), *ROOT.glob("packaging/*.md"), *ROOT.glob(".github/**/*.md")]
    return {str(path.relative_to(ROOT)): path.read_text() for path in sorted(found)}


def originals():
    return {name: text for name, text in documents().items() if name not in COPIES}


@functools.cache
def ask(*arguments):
    """What the binary prints, with no configuration of anybody's."""
    with tempfile.TemporaryDirectory() as home:
        environment = {"HOME": home, "PATH": os.environ["PATH"]}
        return subprocess.run([BINARY, *arguments], env=environment, capture_output=True, text=True, check=True, timeout=60).stdout


def parts(text):
    """The prose of a document, and its blocks of code as (line, language, text); indented ones have no language."""
    prose, blocks, fence, block, start = [], [], None, [], 0
    lines = text.splitlines() + [""]
    for number, line in enumerate(lines, 1):
        if fence is not None:
            if line.strip() == "```":
                blocks.append((start, fence, "\n".join(block)))
                fence, block = None, []
            else:
                block.append(line)
        elif match := re.match(r"```(\w*)", line):
            fence, start = match[1], number + 1
        elif line.startswith("    ") and (block or not prose or not prose[-1].strip()):
            start = start if block else number
            block.append(line[4:])
        elif block and not line.strip() and number < len(lines) and lines[number].startswith("    "):
            block.append("")
        else:
            if block:
                blocks.append((start, "", "\n".join(block)))
                block = []
            prose.append(line)
    assert fence is None, f"the block of line {start} has no end"
    return "\n".join(prose), blocks


def spans(prose):
    return re.findall(r"`([^`\n]+)`", prose)


def without_spans(prose):
    return re.sub(r"`[^`\n]+`", "", prose)


def anchors(text):
    """The anchors that a forge makes of a document's headings."""
    found = {}
    for heading in re.findall(r"^#+ +(.*)$", parts(text)[0], re.MULTILINE):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)|`", r"\1", heading).strip().lower()
        slug = re.sub(r"[^\w\- ]", "", words).replace(" ", "-")
        count = found.get(slug, -1) + 1
        found[slug] = count
        if count:
            found[f"{slug}-{count}"] = 0
    return set(found)


def data_of(language, block):
    """What kind of data a block is, or nothing."""
    if language in ("json", "yaml", "toml"):
        return language
    if not language and block.lstrip().startswith(("{", "[")):
        return "json"
    return None


def commands(block):
    """The commands of a block, without comments; a line that ends with a backslash goes on."""
    for line in block.replace("\\\n", " ").splitlines():
        command = re.sub(r"(^|\s+)#\s.*$", "", line).strip()
        if command:
            yield re.sub(r"\s+", " ", command)


class Exceptions:
    """commands.json; what of it no document needs is told at the end."""

    def __init__(self):
        data = json.loads((HERE / "commands.json").read_text())
        self.not_commands = {entry["begins"]: entry["reason"] for entry in data["not_commands"]}
        self.not_run = {entry["command"]: entry["reason"] for entry in data["not_run"]}
        self.before = {entry["command"]: entry["before"] for entry in data["before"]}
        self.used = set()

    def is_picture(self, block):
        first = block.strip().splitlines()[0].strip()
        for beginning in self.not_commands:
            if first.startswith(beginning):
                self.used.add(beginning)
                return True
        return False

    def unused(self):
        return (set(self.not_commands) | set(self.not_run) | set(self.before)) - self.used


class Links(unittest.TestCase):
    def test_every_link_leads_somewhere(self):
        texts = documents()
        count = 0
        for name, text in texts.items():
            for target in re.findall(r"\]\(([^)\s]+)\)", without_spans(parts(text)[0])):
                count += 1
                with self.subTest(document=name, link=target):
                    if re.match(r"https://[\w.-]+(/|$)", target):
                        continue
                    self.assertNotRegex(target, r"^\w+:", "only https leads out of the documents")
                    path, _, anchor = target.partition("#")
                    file = (ROOT / name).parent / path if path else ROOT / name
                    self.assertTrue(file.exists(), "there is no such file")
                    self.assertTrue(file.resolve().is_relative_to(ROOT), "it is outside of the repository")
                    if anchor:
                        self.assertIn(anchor, anchors(file.read_text()))
        self.assertGreater(count, 50)

    def test_every_document_can_be_reached_from_the_readme(self):
        texts = documents()
        reached, pending = set(), ["README.md"]
        while pending:
            name = pending.pop()
            if name in reached or name not in texts:
                continue
            reached.add(name)
            for target in re.findall(r"\]\(([^)\s:#]+)", texts[name]):
                pending.append(os.path.relpath((ROOT / name).parent / target, ROOT))
        self.assertEqual(set(texts) - reached, {"llms-full.txt"})


class Blocks(unittest.TestCase):
    def test_every_command_is_run_or_has_a_reason(self):
        exceptions = Exceptions()
        run = 0
        for name, text in originals().items():
            with tempfile.TemporaryDirectory() as home:
                shell = Shell(home)
                for line, language, block in parts(text)[1]:
                    if configuration(language, block):
                        shell.configure(block)
                    if data_of(language, block) or exceptions.is_picture(block):
                        continue
                    for command in commands(block):
                        with self.subTest(document=name, line=line, command=command):
                            run += self.run_or_explain(command, exceptions, shell)
        self.assertGreater(run, 6)
        self.assertEqual(exceptions.unused(), set(), "commands.json has entries that no document needs")

    def run_or_explain(self, command, exceptions, shell):
        if re.match(r"make( [\w-]+)+( |$)", command):
            # Most of them take minutes and are run by make test or CI; here it counts that make knows what it is asked for.
            dry = subprocess.run(f"{command} --dry-run", shell=True, cwd=ROOT, capture_output=True, text=True)
            self.assertEqual(dry.returncode, 0, dry.stderr)
            return 0
        if command in exceptions.not_run:
            exceptions.used.add(command)
            return 0
        self.assertRegex(
            command, r"^(\w+=\S* )*(\.build/release/)?quo-mcp |^rm -r ~/\.", "it is not run unless commands.json says why not")
        if command in exceptions.before:
            exceptions.used.add(command)
            shell.run(exceptions.before[command])
        result = shell.run(command)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return 1

    def test_every_block_of_data_can_be_read(self):
        readers = {"json": json.loads, "yaml": yaml.safe_load, "toml": tomllib.loads}
        count = 0
        for name, text in originals().items():
            for line, language, block in parts(text)[1]:
                if kind := data_of(language, block):
                    count += 1
                    with self.subTest(document=name, line=line):
                        readers[kind](block)
        self.assertGreater(count, 0)

    def test_every_example_of_the_configuration_is_valid(self):
        schema = json.loads(ask("config", "--schema"))
        count = 0
        for name, text in originals().items():
            for line, language, block in parts(text)[1]:
                if value := configuration(language, block):
                    count += 1
                    with self.subTest(document=name, line=line):
                        jsonschema.Draft202012Validator(schema).validate(value)
                        self.assert_that_it_counts(value, block)
        self.assertGreater(count, 1)

    def assert_that_it_counts(self, value, block):
        """The program takes an example's every value from it, and shows it so."""
        with tempfile.TemporaryDirectory() as home:
            shell = Shell(home)
            file = shell.configure(block)
            shown = json.loads(shell.run("quo-mcp config --json").stdout)["settings"]
            for path, setting in flat(value, shown):
                self.assertEqual(shown[path], {"value": setting, "from": str(file)}, path)


def configuration(language, block):
    """The value of a block that is an example of the policy file, or nothing."""
    if data_of(language, block) != "json":
        return None
    value = json.loads(block)
    return value if isinstance(value, dict) and set(json.loads(ask("config", "--schema"))["properties"]) & set(value) else None


def flat(value, settings, prefix=""):
    """Each setting of a policy by its dotted name."""
    for name, member in value.items():
        if prefix + name in settings:
            yield prefix + name, member
        else:
            yield from flat(member, settings, f"{prefix}{name}.")


class Shell:
    """A shell in which quo-mcp is the binary, and everything it keeps is thrown away."""

    def __init__(self, home):
        self.home = pathlib.Path(home)
        (self.home / "bin").mkdir()
        (self.home / "bin/quo-mcp").symlink_to(BINARY)
        (self.home / ".build/release").mkdir(parents=True)
        (self.home / ".build/release/quo-mcp").symlink_to(BINARY)
        for name in ["packaging", "schemas"]:
            (self.home / name).symlink_to(ROOT / name)
        self.environment = {
            "HOME": home, "PATH": f"{home}/bin:{os.environ['PATH']}", "QUO_SANDBOX": "1", "TZ": "UTC", "LC_ALL": "C.UTF-8"}
        # Something waits, so that there is a state to look at.
        self.run("""quo-mcp call send_message '{"to": "Daniel Park", "text": "Hello", "from": "Main Line"}'""")

    def configure(self, policy):
        """Has the commands after this follow a policy; returns its file."""
        file = self.home / ".config/quo-mcp/config.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(policy)
        return file

    def run(self, command):
        return subprocess.run(
            ["sh", "-c", command], cwd=self.home, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            timeout=120)


class Names(unittest.TestCase):
    def each_span(self):
        for name, text in originals().items():
            for span in spans(parts(text)[0]):
                yield name, span

    def test_every_command_of_the_program_exists(self):
        listed = set(re.findall(r"^  (\w[\w-]*)", ask("--help").split("COMMANDS")[1].split("OPTIONS")[0], re.MULTILINE))
        count = 0
        for name, span in self.each_span():
            if match := re.match(r"quo-mcp (\w[\w-]*)", span):
                count += 1
                with self.subTest(document=name, text=span):
                    self.assertIn(match[1], listed)
        self.assertGreater(count, 10)

    def test_every_option_exists(self):
        known = set(re.findall(r"--[a-z][a-z-]*", ask("--help")))
        count = 0
        for name, text in originals().items():
            prose, blocks = parts(text)
            told = [span for span in spans(prose) if span.startswith(("--", "quo-mcp ", "docs/"))]
            for _, language, block in blocks:
                told += [command for command in commands(block) if re.match(r"(\S*/)?quo-mcp\b", command)]
            for text in told:
                # What stands in quotes is an argument.
                for option in re.findall(r"(?<!\S)--[a-z][a-z-]*", re.sub(r"'[^']*'|\"[^\"]*\"", "", text)):
                    count += 1
                    with self.subTest(document=name, text=text):
                        self.assertIn(option, known)
        self.assertGreater(count, 20)

    def variables(self):
        settings = "".join(path.read_text() for path in (ROOT / "Sources/Configuration").glob("*.swift"))
        return set(re.findall(r"\b(?:QUO|MATON)_[A-Z_]*[A-Z]\b", ask("--help") + settings))

    def test_every_variable_exists(self):
        for name, text in documents().items():
            for variable in set(re.findall(r"\b(?:QUO|MATON)_[A-Z_]*[A-Z]\b", text)):
                with self.subTest(document=name, variable=variable):
                    self.assertIn(variable, self.variables())

    def test_every_variable_of_the_help_is_documented(self):
        told = "".join(originals().values())
        for variable in set(re.findall(r"\b(?:QUO|MATON)_[A-Z_]*[A-Z]\b", ask("--help"))):
            self.assertRegex(told, rf"\b{variable}\b")

    def test_every_setting_exists(self):
        schema = json.loads(ask("config", "--schema"))
        count = 0
        for name, span in self.each_span():
            first, _, rest = span.partition(".")
            if first not in schema["properties"] or not re.fullmatch(r"[a-zA-Z]+(\.[a-zA-Z]+)*", rest):
                continue
            count += 1
            with self.subTest(document=name, setting=span):
                found = schema["properties"][first]
                for step in rest.split("."):
                    found = found.get("properties", {}).get(step)
                    self.assertIsNotNone(found)
        self.assertGreater(count, 2)

    def test_every_setting_is_documented_with_its_variable(self):
        rows = re.findall(r"^\| `([\w.]+)` \| (?:`(\w+)`)? ?\|", (ROOT / "docs/settings.md").read_text(), re.MULTILINE)
        shown = json.loads(ask("config", "--json"))["settings"]
        self.assertEqual({path for path, _ in rows}, set(shown))
        sources = "".join(path.read_text() for path in (ROOT / "Sources/Configuration").glob("Setting*.swift"))
        self.assertEqual({variable for _, variable in rows if variable}, set(re.findall(r'variable: "(\w+)"', sources)))

    def test_every_name_in_code_is_in_the_program(self):
        sources = "".join(
            path.read_text() for folder in ["Sources", "schemas"] for path in (ROOT / folder).rglob("*")
            if path.suffix in (".swift", ".json"))
        known = set(re.findall(r"[A-Za-z_][A-Za-z0-9_]*", sources))
        count = 0
        for name, span in self.each_span():
            if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", span):
                count += 1
                with self.subTest(document=name, name=span):
                    self.assertIn(span, known)
        self.assertGreater(count, 30)

    def test_the_readme_lists_the_tools_that_are_offered(self):
        offered = {tool["name"] for tool in json.loads(ask("tools", "--json", "--toolsets", "core"))}
        section = (ROOT / "README.md").read_text().split("## The tools")[1].split("\n## ")[0]
        table = "\n".join(line for line in section.splitlines() if line.startswith("|"))
        self.assertEqual(set(re.findall(r"`(\w+)`", table)), offered)
        self.assertIn(f"{len(offered)} tools", section)

    def test_every_toolset_is_named(self):
        toolsets = set(json.loads((ROOT / "schemas/tools.json").read_text())["toolsets"])
        section = (ROOT / "README.md").read_text().split("## The tools")[1].split("\n## ")[0]
        self.assertEqual(toolsets - set(re.findall(r"`(\w+)`", section)), set())
        short = (ROOT / "llms.txt").read_text().split("\nMore with ")[1].split("\n\n")[0].split("\nResources:")[0]
        for toolset in toolsets - {"core"}:
            self.assertRegex(short, rf"\b{toolset}\b")

    def test_every_resource_exists(self):
        sources = "".join(path.read_text() for path in (ROOT / "Sources/QuoServer/Resources").glob("*.swift"))
        kinds = set(re.search(r"case (workspace.*)", sources)[1].replace("`", "").split(", ")) | {"docs"}
        for name, text in originals().items():
            for kind in re.findall(r"quo://(\w+)", text):
                with self.subTest(document=name):
                    self.assertIn(kind, kinds)


class Generated(unittest.TestCase):
    def test_what_is_generated_is_fresh(self):
        check = subprocess.run([sys.executable, ROOT / "scripts/make-documents", "--check"], capture_output=True, text=True)
        self.assertEqual(check.returncode, 0, check.stderr)

    def test_what_it_is_generated_from_is_what_the_binary_says(self):
        self.assertEqual(json.loads(ask("tools", "--json")), json.loads((ROOT / "schemas/tools.snapshot.json").read_text()))
        self.assertEqual(json.loads(ask("config", "--schema")), json.loads((ROOT / "schemas/config.schema.json").read_text()))

    def test_what_is_served_is_what_is_written(self):
        served = {name: self.resource(f"quo://docs/{name}") for name in ["llms.txt", "llms-full.txt"]}
        self.assertEqual(served, {name: (ROOT / name).read_text() for name in served})

    def resource(self, uri):
        """The text of a resource, asked for as MCP 2026-07-28 has it: each request stands alone."""
        request = {
            "jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": {"uri": uri, "_meta": {
                "io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"}}}}
        with tempfile.TemporaryDirectory() as home:
            process = subprocess.Popen(
                [BINARY], env={"HOME": home}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            with process, process.stdin:
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
                return json.loads(process.stdout.readline())["result"]["contents"][0]["text"]


class Architecture(unittest.TestCase):
    """The picture of the layers, which Package.swift must bear out."""

    def setUp(self):
        text = (ROOT / "docs/architecture.md").read_text()
        self.layers, layer = {}, None
        for number, module in re.findall(r"^    \| (.) \| ([\w-]+) ", text, re.MULTILINE):
            layer = layer if number == " " else int(number)
            self.layers[module] = layer
        package = (ROOT / "Package.swift").read_text()
        self.targets = {}
        for match in re.finditer(r'\.(?:executableTarget|target)\(\s*name: "([\w-]+)"(.*?)swiftSettings', package, re.DOTALL):
            found = re.search(r"dependencies: \[(.*?)\]", match[2], re.DOTALL)
            self.targets[match[1]] = re.findall(r'"([\w-]+)"', found[1]) if found else []

    def test_every_module_is_shown(self):
        shown = set(self.layers) | {"mcp-fixture", "tool-generator", "TestSupport", "FuzzSupport"}
        self.assertLessEqual(set(self.targets), shown)
        self.assertGreater(len(self.layers), 12)

    def test_every_import_goes_down(self):
        for module, needed in self.targets.items():
            for other in needed:
                if module in self.layers and other in self.layers:
                    self.assertLess(self.layers[other], self.layers[module], f"{module} imports {other}")


class Vendor(unittest.TestCase):
    def test_what_a_person_meets_first_says_that_it_is_unofficial(self):
        for name in ["README.md", "llms-full.txt", "packaging/manifest.json"]:
            text = " ".join((ROOT / name).read_text().split())
            self.assertIn("Powered by OpenPhone", text, name)
            self.assertRegex(text, r"[Nn]ot made by, or affiliated with, the vendor of Quo", name)


if __name__ == "__main__":
    BINARY = str(pathlib.Path(sys.argv[1]).resolve())
    unittest.main(argv=sys.argv[:1], verbosity=1)
