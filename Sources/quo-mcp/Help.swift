/// The text of `--help`.
let help = """
    quo-mcp: a business phone for AI agents. It serves a Quo (formerly OpenPhone) workspace to an MCP host over standard
    input and output, and asks you before anything is sent, overwritten, deleted or exposed.

    USAGE
      quo-mcp [--sandbox] [COMMAND]

    COMMANDS
      serve              Serve an MCP host on standard input and output. This is the default; hosts run it, people do not.
      demo               Play an agent's session against the sandbox, to see what a host and its user see. Needs no key.
      tools [NAME]       List the tools, or show one with its arguments. With --json: as MCP hosts are told.
      call TOOL [JSON]   Call one tool with arguments as a JSON object. What needs approval is asked in this terminal.
      approve [ID]       Decide on what waits for your approval, in this terminal. With --watch: wait for it, and ring.
                         With --set-passcode: set, change or remove a passcode that approving here asks for.
      audit              Show what was asked, approved, refused and done, newest last. With --verify: find any line that
                         was edited or is missing.
      optout             list, add NUMBER [NOTE] or remove NUMBER: who gets no texts from any agent on this machine.
      listen             Take Quo's webhooks, which a tunnel of yours passes on, and keep their events for the tools. Needs
                         libmicrohttpd, the key, and the webhooks' secrets.
      webhook            verify --headers FILE --body FILE: check a delivery that was saved. send TYPE URL: send a signed
                         sample, for example of message.received, to a URL of this machine; with --legacy as v1 does.
      config             Show the policy that counts, and where each value came from. With --schema: the file's JSON Schema.
      contract diff FILE Show what an OpenAPI document of the API adds, removes and changes against the contract that this
                         program is made of. Exits with 0 for no difference, 1 for some, 2 for a file that is not readable.

    OPTIONS
      --sandbox          Use the embedded, simulated workspace instead of the API. Needs no key; nothing leaves the machine.
      --json             Print tools, the policy, differences or the audit as JSON; the audit one object a line.
      --config PATH      Read the policy from that file.
      --toolsets NAMES   Offer these toolsets or tools, with commas: core (default), messages, calls, contacts, webhooks,
                         admin, tasks, maton (with that gateway) or all. quo-mcp tools lists what is in them.
      --exclude-tools NAMES
                         Do not offer these tools, with commas.
      --limit N          How many lines of the audit to show, 50 without this.
      --tool NAME        Show only the audit of that tool.
      --event NAME       Show only that event of the audit, for example approved.
      --since DAY        Show only the audit from that day on, as 2026-01-31, or from a time as 2026-01-31T09:00:00Z.
      --listen HOST:PORT Where listen takes webhooks, 127.0.0.1:4114 without this.
      --path PATH        The path at which it does, /quo without this.
      --version          Print the version.
      --help, -h         Print this.

    ENVIRONMENT
      QUO_API_KEY          The API key, made by an owner or admin in the Quo app under Settings, API.
      QUO_API_KEY_FILE     Instead: a file with the key in it.
      QUO_API_KEY_COMMAND  Instead: a shell command that prints the key, for example of a password manager.
      QUO_BASE_URL         Another address of the API, https or loopback; https://api.openphone.com is the older host.
      QUO_GATEWAY          maton: reach Quo through Maton, with its key in MATON_API_KEY, MATON_API_KEY_FILE or
                           MATON_API_KEY_COMMAND instead of Quo's. MATON_CONNECTION names the connection, which is an
                           account of Quo; without it Maton takes its oldest active one.
      QUO_WEBHOOK_SECRET   Secrets of webhooks with commas between: whsec_..., or base64 alone for those of the API v1.
      QUO_WEBHOOK_SECRET_FILE  Instead: a file with them in it.
      QUO_SANDBOX          1 is the same as --sandbox.
      QUO_MCP_CONFIG       The file with the policy; else quo-mcp/config.json in the platform's configuration folder.
      QUO_MCP_STATE        The folder that keeps what was sent, asked and approved; else quo-mcp in the platform's own.
      QUO_PROFILE          read-only, guarded (default), reply-only or unattended. quo-mcp config shows the other settings.
      QUO_LOG              What goes to standard error: error, warning (default: changes, and what went wrong), info (a line
                           for each call) or debug. No line holds a key, a name, a text or more than two digits of a number.
      QUO_API              auto (default): v1 for everything that it has, version 2026-03-30 for the rest; v1; or 2026-03-30.
      QUO_READ_ONLY        1 sends and changes nothing, whatever else is set.
      QUO_TOOLSETS         The same as --toolsets; QUO_EXCLUDE_TOOLS as --exclude-tools.
      QUO_TOOL_LIMIT       The most tools to offer, for hosts that take only so many.
      QUO_TIME_ZONE        The zone in which times are told, as America/New_York; else the machine's.

    EXAMPLES
      quo-mcp demo
      quo-mcp --sandbox call inbox_triage
      quo-mcp audit --event approved --since 2026-01-31
      quo-mcp webhook send message.received http://127.0.0.1:4114/quo
      quo-mcp optout add "+1 614 555 0101" "asked on the phone"
      claude mcp add quo -e QUO_API_KEY=YOUR_KEY -- /path/to/quo-mcp
    """
