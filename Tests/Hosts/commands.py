"""Drives quo-mcp install and quo-mcp uninstall as a person would, and reads what they write with others' parsers.

usage: commands.py BINARY
"""
import json
import os
import pathlib
import pty
import stat
import subprocess
import sys
import tempfile
import tomllib

try:
    import yaml
except ImportError:
    yaml = None

CODEX = """\
model = "gpt-5.4"   # the best one
notify = ["notify-send", # ]
  "Codex"]

[mcp_servers.context7]
command = "npx"
env = { "API_KEY" = "ctx7sk-0000" }
text = '''
[mcp_servers.quo]
'''

[projects."/home/ana/work"]
trust_level = "trusted\""""

GOOSE = """\
GOOSE_PROVIDER: anthropic
extensions:
  github:
    enabled: true
    type: stdio
    cmd: npx
    args:
    - -y
    - '@modelcontextprotocol/server-github'
    envs:
      GITHUB_TOKEN: ghp_0000
    instructions: |-
      Use it for issues.
      # Not for pull requests:
GOOSE_MODEL: claude-sonnet-4
"""

CLAUDE = '{"numStartups":42,"projects":{},"mcpServers":{"linear":{"url":"https://x/mcp"}},"userID":"\\u00e7"}'

JSON_HOSTS = """claude-desktop claude-code cursor vscode windsurf gemini zed lm-studio copilot jetbrains""".split()


def check(what, found, expected):
    assert found == expected, f"{what}: {found!r}, not {expected!r}"


def type_in_terminal(binary, words, environment, text):
    """Runs a command with a terminal in which somebody types; returns what it shows and its exit status."""
    process, terminal = pty.fork()
    if process == 0:
        os.execve(binary, [binary, *words], environment)
    shown = b""
    typed = False
    while True:
        try:
            part = os.read(terminal, 4096)
        except OSError:
            break
        if not part:
            break
        shown += part
        if not typed and b"API key" in shown:
            typed = True
            os.write(terminal, text.encode())
    os.close(terminal)
    return shown.decode(), os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def main(binary):
    binary = os.path.abspath(binary)
    with tempfile.TemporaryDirectory() as folder:
        home = pathlib.Path(folder)
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": folder}

        def run(*words, status=0, cwd=folder, **more):
            result = subprocess.run(
                [binary, *words], env={**environment, **more}, cwd=cwd, capture_output=True, text=True, timeout=30)
            check(f"{words}: {result.stdout}{result.stderr}", result.returncode, status)
            return result.stdout + result.stderr

        # Round trips, as the hosts' parsers see them.
        parsers = {"codex": ("mcp_servers", tomllib.loads, CODEX, home / ".codex/config.toml")}
        if yaml:
            parsers["goose"] = ("extensions", yaml.safe_load, GOOSE, home / ".config/goose/config.yaml")
        parsers["claude-code"] = ("mcpServers", json.loads, CLAUDE, home / ".claude.json")
        for host, (key, parse, before, path) in parsers.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(before)
            os.chmod(path, 0o640)
            shown = run("install", host, "--key-command", 'pass show "quo: key"', "--dry-run")
            check("a dry run writes nothing", path.read_text(), before)
            for secret in ("ctx7sk", "ghp_", "https://"):
                assert secret not in shown, f"{host}: another server's value is shown: {shown}"
            run("install", host, "--key-command", 'pass show "quo: key"', "--profile", "read-only")
            wanted, found = parse(before), parse(path.read_text())
            entry = found[key].pop("quo")
            check(f"{host}: everything else", found, wanted)
            check(f"{host}: the program", entry.get("command", entry.get("cmd")), binary)
            variables = {"QUO_API_KEY_COMMAND": 'pass show "quo: key"', "QUO_PROFILE": "read-only"}
            check(f"{host}: the variables", entry.get("env", entry.get("envs")), variables)
            check(f"{host}: the mode", stat.S_IMODE(path.stat().st_mode), 0o640)
            assert "has it already" in run(
                "install", host, "--key-command", 'pass show "quo: key"', "--profile", "read-only")
            assert "quo " in run("install"), "the list shows the server"
            run("uninstall", host)
            check(f"{host}: the file after all", path.read_text(), before)
            assert "There is no server quo" in run("uninstall", host)
            backups = [each for each in path.parent.iterdir() if "quo-mcp-backup" in each.name]
            check("the backups' modes", {stat.S_IMODE(each.stat().st_mode) for each in backups}, {0o600})

        # A file that was not there goes again.
        for host in JSON_HOSTS:
            lines = json.loads(subprocess.run(
                [binary, "install", host, "--sandbox", "--print"], env=environment, capture_output=True, text=True,
                timeout=30).stdout)
            assert "quo" in next(value for value in lines.values() if isinstance(value, dict)), lines
            if host != "claude-code":
                run("install", host, "--sandbox")
                assert "held nothing else" in run("uninstall", host)

        # A project's file.
        project = home / "project"
        project.mkdir()
        run("install", "vscode", "--project", cwd=project)
        settings = json.loads((project / ".vscode/mcp.json").read_text())
        check("the key", settings["servers"]["quo"]["env"], {"QUO_API_KEY": "${input:quo-api-key}"})
        check("the input", settings["inputs"][0]["password"], True)
        run("uninstall", "vscode", "--project", cwd=project)
        run("install", "zed", "--project", "--sandbox", cwd=project, status=2)

        # The key.
        ways = ("--read-key", "--key-command", "--key-file", "--key-env", "--with-key-in-clear", "quo-mcp setup", "--sandbox")
        said = run("install", "cursor", status=1)
        for way in ways:
            assert way in said and "there is no API key" in said, said
        said = run("install", "cursor", status=1, QUO_API_KEY="sekret-key")
        for way in ways:
            assert way in said and "QUO_API_KEY is set" in said and "no API key" not in said and "sekret" not in said, said
        key = home / ".config/quo-mcp/key"
        for variable, more in (("QUO_API_KEY_FILE", {}), ("MATON_API_KEY_FILE", {"QUO_GATEWAY": "maton"})):
            printed = subprocess.run(
                [binary, "install", "cursor", "--print"], env={**environment, **more}, capture_output=True, text=True, timeout=30)
            assert printed.returncode == 0 and "there is no key yet" in printed.stderr, printed
            found = json.loads(printed.stdout)["mcpServers"]["quo"]["env"][variable]
            check("the file that is to be written", pathlib.Path(found).parent, key.parent)
        shown, status = type_in_terminal(binary, ["install", "cursor", "--read-key"], environment, "sekret-key\r")
        check(shown, status, 0)
        assert "sekret" not in shown, "the key is shown"
        check("the file with the key", (key.read_text(), stat.S_IMODE(key.stat().st_mode)), ("sekret-key\n", 0o600))
        check("its folder", stat.S_IMODE(key.parent.stat().st_mode), 0o700)
        cursor = home / ".cursor/mcp.json"
        check("the entry", json.loads(cursor.read_text())["mcpServers"]["quo"]["env"], {"QUO_API_KEY_FILE": str(key)})
        assert "has it already" in run("install", "cursor"), "the file is the usual way then"
        os.chmod(key, 0o644)
        assert "chmod 600" in run("install", "windsurf", status=1)
        assert "chmod 600" in run("install", "windsurf", "--key-file", str(key), status=2)
        shown = run("install", "lm-studio", "--with-key-in-clear", QUO_API_KEY="sekret-key")
        assert "sekret" not in shown, "the key is shown"
        run("install", "lm-studio", "--with-key-in-clear", "--project", QUO_API_KEY="x", status=2)
        run("install", "lm-studio", "--with-key-in-clear", status=1)
        run("install", "claude-desktop", "--key-env", status=2)
        run("install", "windsurf", "--key-command", "cat $HOME/key", status=2)

        # A second install changes what it is told, and keeps what was set besides the key.
        zed = home / ".config/zed/settings.json"

        def entry():
            return json.loads(zed.read_text())["context_servers"]["quo"]

        run("install", "zed", "--key-command", "pass a", "--profile", "read-only", "--toolsets", "core,tasks")
        settings = json.loads(zed.read_text())
        settings["context_servers"]["quo"]["env"].update({"QUO_READ_ONLY": "1", "QUO_WEBHOOK_SECRET": "whsec_sekret"})
        settings["context_servers"]["quo"]["enabled"] = False
        settings["context_servers"]["quo"]["args"] = ["--config", "/etc/quo.json", "--toolsets", "all"]
        zed.write_text(json.dumps(settings, indent=2))
        shown = run("install", "zed", "--key-command", "pass b")
        assert "Kept from the entry" in shown and "QUO_PROFILE" in shown and "sekret" not in shown, shown
        kept = {"QUO_PROFILE": "read-only", "QUO_READ_ONLY": "1", "QUO_WEBHOOK_SECRET": "whsec_sekret"}
        check("what is kept", entry()["env"], {**kept, "QUO_API_KEY_COMMAND": "pass b", "QUO_TOOLSETS": "core,tasks"})
        assert "enabled" not in entry(), "it is switched on again"
        check("what is kept", entry()["args"], ["--config", "/etc/quo.json", "--toolsets", "all"])
        run("install", "zed", "--sandbox", "--profile", "guarded", "--toolsets", "core")
        check("what is told", entry()["env"], {**kept, "QUO_PROFILE": "guarded", "QUO_TOOLSETS": "core"})
        check("what is told", entry()["args"], ["--config", "/etc/quo.json", "--sandbox"])
        run("uninstall", "zed")

        # The entry reaches Quo as this environment says, through Maton with a key of Maton.
        maton = {"QUO_GATEWAY": "maton", "MATON_CONNECTION": "c1", "MATON_API_KEY": "sekret-maton"}
        gateway = {"QUO_GATEWAY": "maton", "MATON_CONNECTION": "c1"}
        said = run("install", "zed", status=1, **maton)
        assert "QUO_GATEWAY is maton in the environment" in said and "MATON_API_KEY is set" in said and "sekret" not in said, said
        run("install", "zed", "--read-key", status=2, **maton)
        run("install", "zed", "--sandbox", status=2, QUO_GATEWAY="mato")
        run("install", "zed", "--key-command", "pass maton", **maton)
        check("Maton", entry()["env"], {**gateway, "MATON_API_KEY_COMMAND": "pass maton"})
        run("install", "zed", "--key-command", "pass maton 2")
        check("Maton, once more", entry()["env"], {**gateway, "MATON_API_KEY_COMMAND": "pass maton 2"})
        run("install", "zed", "--profile", "guarded")
        check("Maton's command stays", entry()["env"],
              {**gateway, "MATON_API_KEY_COMMAND": "pass maton 2", "QUO_PROFILE": "guarded"})
        settings = json.loads(zed.read_text())
        del settings["context_servers"]["quo"]["env"]["MATON_API_KEY_COMMAND"]
        zed.write_text(json.dumps(settings, indent=2))
        said = run("install", "zed", "--profile", "guarded", status=1)
        assert f"QUO_GATEWAY is maton in the entry quo of {zed}" in said, said
        run("uninstall", "zed")
        run("install", "zed", "--key-command", "pass quo", QUO_GATEWAY="none")
        check("Quo itself again", entry()["env"], {"QUO_API_KEY_COMMAND": "pass quo"})
        run("uninstall", "zed")
        run("install", "zed", **{**maton, "MATON_API_KEY": "", "MATON_API_KEY_COMMAND": "pass maton"})
        check("Maton's command", entry()["env"], {**gateway, "MATON_API_KEY_COMMAND": "pass maton"})
        shown = run("install", "zed", "--with-key-in-clear", **maton)
        assert "sekret" not in shown, "the key is shown"
        check("Maton's key", entry()["env"], {**gateway, "MATON_API_KEY": "sekret-maton"})
        run("uninstall", "zed")
        run("install", "vscode", **maton)
        code = home / ".config/Code/User/mcp.json"
        check("the input", json.loads(code.read_text())["servers"]["quo"]["env"],
              {**gateway, "MATON_API_KEY": "${input:quo-api-key}"})
        run("uninstall", "vscode")

        # What is not ours, or not right, is left alone.
        other = '{"mcpServers": {"quo": {"command": "/opt/other"}}}'
        cursor.write_text(other)
        assert "another program" in run("install", "cursor", "--sandbox", status=1)
        assert "another program" in run("uninstall", "cursor", status=1)
        check("the other program", cursor.read_text(), other)
        run("install", "cursor", "--sandbox", "--name", "phone")
        run("uninstall", "cursor", "--name", "phone")
        check("the other program", cursor.read_text(), other)
        run("install", "cursor", "--sandbox", "--replace")
        cursor.write_text('{"mcpServers": {,}}')
        assert "line 1, column 17" in run("install", "cursor", "--sandbox", status=1)
        check("the malformed file", cursor.read_text(), '{"mcpServers": {,}}')
        assert "not readable" in run("install")

        # A limit only where the host has one and the tools are more.
        for toolsets, limit in (("core", None), ("all", "40")):
            found = json.loads(subprocess.run(
                [binary, "install", "cursor", "--key-env", "--print", "--toolsets", toolsets], env=environment,
                capture_output=True, text=True, timeout=30).stdout)
            check(toolsets, found["mcpServers"]["quo"]["env"].get("QUO_TOOL_LIMIT"), limit)

        # Command lines that make no sense.
        for words in (
                ["install", "nope"], ["uninstall"], ["install", "--dry-run"], ["install", "cursor", "--profile", "x"],
                ["install", "cursor", "--sandbox", "--key-env"], ["install", "cursor", "--print", "--dry-run"],
                ["install", "cursor", "--read-key", "--dry-run"], ["install", "cursor", "--name", "a_b", "--sandbox"],
                ["install", "cursor", "--sandbox", "--toolsets", "nope"], ["uninstall", "cursor", "--print"]):
            run(*words, status=2)

        # The program is started by the name by which it was called, when that is a link.
        link = home / "bin/quo-mcp"
        link.parent.mkdir()
        link.symlink_to(binary)
        found = subprocess.run(
            ["quo-mcp", "install", "zed", "--sandbox", "--print"], env={**environment, "PATH": str(link.parent)},
            executable=str(link), capture_output=True, text=True, timeout=30)
        check("the link", json.loads(found.stdout)["context_servers"]["quo"]["command"], str(link))
    print(f"install and uninstall: as described{'' if yaml else ' (without a YAML parser: Goose skipped)'}")


main(sys.argv[1])
