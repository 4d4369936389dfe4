"""Whether what a server wrote is what the official JSON Schema of the connection's revision describes.

The schemas come with the specification and are not part of this project: MCP_SCHEMAS names the folder that holds
2026-07-28.schema.json and its like. The check is strict where the schemas are not: a member that a revision does not name is a failure, since
it is a word of another revision or a mistake.
"""
import json
import os
import pathlib
import re
from collections import defaultdict
from collections.abc import Iterable

MODERN = "2026-07-28"
LATEST_LEGACY = "2025-11-25"
REVISIONS = ["2024-11-05", "2025-03-26", "2025-06-18", LATEST_LEGACY, MODERN]
PREFIX = "io.modelcontextprotocol/"
ENVELOPE = {PREFIX + name for name in ["protocolVersion", "clientCapabilities", "clientInfo"]}

BOTH_ERAS = {
    "tools/list": "ListToolsResult", "tools/call": "CallToolResult",
    "prompts/list": "ListPromptsResult", "prompts/get": "GetPromptResult",
    "resources/list": "ListResourcesResult", "resources/templates/list": "ListResourceTemplatesResult",
    "resources/read": "ReadResourceResult", "completion/complete": "CompleteResult",
}
LEGACY_RESULTS = {
    **BOTH_ERAS, "initialize": "InitializeResult", "ping": "EmptyResult", "logging/setLevel": "EmptyResult",
    "resources/subscribe": "EmptyResult", "resources/unsubscribe": "EmptyResult",
}
MODERN_RESULTS = {**BOTH_ERAS, "server/discover": "DiscoverResult", "subscriptions/listen": "SubscriptionsListenResult"}
# The only methods that may ask for input before they answer.
ASKING = {"tools/call", "prompts/get", "resources/read"}

NOTIFICATIONS = {
    "notifications/cancelled": "CancelledNotification", "notifications/progress": "ProgressNotification",
    "notifications/message": "LoggingMessageNotification", "notifications/resources/updated": "ResourceUpdatedNotification",
    "notifications/resources/list_changed": "ResourceListChangedNotification",
    "notifications/tools/list_changed": "ToolListChangedNotification",
    "notifications/prompts/list_changed": "PromptListChangedNotification",
    "notifications/elicitation/complete": "ElicitationCompleteNotification",
    "notifications/subscriptions/acknowledged": "SubscriptionsAcknowledgedNotification",
}
# What a legacy server may ask, and the capability that the client must have declared for it.
SERVER_REQUESTS = {
    "ping": ("PingRequest", None), "elicitation/create": ("ElicitRequest", "elicitation"),
    "sampling/createMessage": ("CreateMessageRequest", "sampling"), "roots/list": ("ListRootsRequest", "roots"),
}
MODERN_ERRORS = {-32021: "MissingRequiredClientCapabilityError", -32022: "UnsupportedProtocolVersionError"}
# Codes that the revision of 2026-07-28 retired.
RETIRED = [-32002, -32042]


def folder() -> pathlib.Path | None:
    """Where the schemas are, if they are."""
    named = os.environ.get("MCP_SCHEMAS")
    beside = pathlib.Path(__file__).resolve().parents[2].parent / "shared/mcp/schemas"
    path = pathlib.Path(named) if named else beside
    return path if all((path / f"{revision}.schema.json").is_file() for revision in REVISIONS) else None


def closed(schema, name: str = ""):
    """The schema, with every object that names its members allowing no others.

    Schemas within schemas and metadata stay open, and so does what is put together by allOf.
    """
    if isinstance(schema, list):
        return [closed(element) for element in schema]
    if not isinstance(schema, dict):
        return schema
    if name in {"inputSchema", "outputSchema", "_meta"} or name.endswith("MetaObject") or "allOf" in schema:
        return schema
    result = {}
    for key, value in schema.items():
        if key in {"properties", "definitions", "$defs"}:
            result[key] = {member: closed(part, member) for member, part in value.items()}
        else:
            result[key] = closed(value)
    if schema.get("properties") and "additionalProperties" not in schema:
        result["additionalProperties"] = False
    return result


class Schemas:
    """The official schemas, one validator for each definition that is used."""

    def __init__(self, path: pathlib.Path):
        import jsonschema

        self.validator_class = {"definitions": jsonschema.Draft7Validator, "$defs": jsonschema.Draft202012Validator}
        self.best_match = jsonschema.exceptions.best_match
        self.documents = {}
        for revision in REVISIONS:
            document = json.loads((path / f"{revision}.schema.json").read_text())
            self.documents[revision] = closed(document)
        self.validators = {}
        self.valid = set()

    def definitions(self, revision: str) -> tuple[str, dict]:
        document = self.documents[revision]
        keyword = "$defs" if "$defs" in document else "definitions"
        return keyword, document[keyword]

    def problem(self, revision: str, definition: str, value) -> str | None:
        """What is wrong with a value that should be of a definition of a revision."""
        keyword, definitions = self.definitions(revision)
        if definition not in definitions:
            return f"{definition} is not part of {revision}"
        text = json.dumps(value)
        if (revision, definition, text) in self.valid:
            return None
        if (revision, definition) not in self.validators:
            root = {**self.documents[revision], "$ref": f"#/{keyword}/{definition}"}
            if keyword == "definitions":  # beside a $ref, a draft-07 schema has no other keywords
                root = {keyword: definitions, "allOf": [{"$ref": f"#/{keyword}/{definition}"}]}
            self.validators[revision, definition] = self.validator_class[keyword](root)
        error = self.best_match(self.validators[revision, definition].iter_errors(value))
        if error is None:
            self.valid.add((revision, definition, text))
            return None
        return f"{revision} {definition}{error.json_path[1:]}: {error.message[:300]}"

    def names(self, revision: str, definition: str) -> set[str]:
        return set(self.definitions(revision)[1].get(definition, {}).get("properties", {}))


class Agreement:
    """What one `initialize` led to; known once it is answered."""

    def __init__(self, capabilities: object):
        self.revision: str | None = None
        self.capabilities = capabilities if isinstance(capabilities, dict) else {}


class Conversation:
    """Follows one connection and judges each line of the server."""

    def __init__(self, schemas: Schemas):
        self.schemas = schemas
        self.legacy: Agreement | None = None
        # A client may initialize anew while calls run that were agreed on before.
        self.agreements: list[Agreement] = []
        self.pending = defaultdict(list)
        self.progress = {}
        self.listening = set()
        self.lines = 0

    # What the client wrote

    def read(self, line: str) -> None:
        try:
            message = json.loads(line)
        except (ValueError, RecursionError):
            return
        if isinstance(message, list):
            if self.legacy and self.legacy.revision in {None, "2025-03-26"}:
                for element in message:
                    self.read_message(element)
        else:
            self.read_message(message)

    def read_message(self, message) -> None:
        if not isinstance(message, dict) or not isinstance(message.get("id"), (str, int, float)):
            return
        if "method" not in message and ("result" in message or "error" in message):
            return
        method = message.get("method")
        params = message["params"] if isinstance(message.get("params"), dict) else {}
        meta = params["_meta"] if isinstance(params.get("_meta"), dict) else {}
        revision = MODERN if ENVELOPE & meta.keys() else self.legacy
        if revision is not MODERN and method == "initialize":
            revision = self.legacy = Agreement(params.get("capabilities"))
            self.agreements.append(revision)
        self.pending[json.dumps(message["id"])].append((method, revision))
        token = meta.get("progressToken")
        if isinstance(token, (str, int)):
            self.progress[json.dumps(token)] = revision
        if method == "subscriptions/listen":
            self.listening.add(json.dumps(message["id"]))

    # What the server wrote

    def judge(self, line: str) -> list[str]:
        """What is wrong with a line of the server."""
        self.lines += 1
        try:
            message = json.loads(line, object_pairs_hook=without_duplicates, parse_constant=refuse_constant)
        except ValueError as error:
            return [f"not JSON: {error}"]
        if isinstance(message, list):
            if "2025-03-26" not in [agreement.revision for agreement in self.agreements]:
                return ["an array, which only 2025-03-26 knows"]
            named = [{**element, "id": 0} if unnamed(element) else element for element in message]
            problem = self.schemas.problem("2025-03-26", "JSONRPCBatchResponse", named)
            problems = [problem for element in message for problem in self.judge_message(element)]
            return ([problem] if problem else []) + problems
        return self.judge_message(message)

    def judge_message(self, message) -> list[str]:
        if not isinstance(message, dict):
            return ["not an object"]
        shape = [name for name in ["result", "error", "method"] if name in message]
        if len(shape) != 1 or message.get("jsonrpc") != "2.0":
            return ["not a message of JSON-RPC 2.0"]
        content = message.get("params", {}) if shape == ["method"] else message[shape[0]]
        if not isinstance(content, dict) or not isinstance(content.get("_meta", {}), dict):
            return [f"{shape[0]} is no object, or its metadata is none"]
        if "method" not in message:
            problems = self.judge_response(message)
        elif "id" in message:
            problems = self.judge_request(message)
        else:
            problems = self.judge_notification(message)
        return [problem for problem in problems if problem]

    def judge_response(self, message: dict) -> list[str | None]:
        if unnamed(message):
            return self.judge_error_without_id(message)
        waiting = self.pending.get(json.dumps(message.get("id")))
        if not waiting:
            return [f"answers no request: id {message.get('id')!r}"]
        # Where an id was used twice at once, it is the later request that is refused.
        refused = message.get("error", {}).get("code") == -32600
        method, era = waiting.pop(-1 if refused else 0)
        if method == "initialize" and isinstance(era, Agreement) and "result" in message:
            era.revision = message["result"].get("protocolVersion")
            if era.revision not in REVISIONS[:-1]:
                problem, era.revision = f"initialize agreed on {era.revision}", None
                return [problem]
        revision = self.name(era)
        if "error" in message:
            return self.judge_error(message, revision)
        envelope = "JSONRPCResultResponse" if revision in {MODERN, LATEST_LEGACY} else "JSONRPCResponse"
        problems = [self.schemas.problem(revision, envelope, message)]
        if revision == MODERN:
            return problems + self.judge_modern_result(method, message["result"])
        if method not in LEGACY_RESULTS:
            return [*problems, f"{method} is not part of {revision}, and was answered"]
        definition = LEGACY_RESULTS[method]
        if definition == "EmptyResult" and message["result"].keys() - {"_meta"}:
            problems.append(f"the result of {method} is not empty")
        reserved = [name for name in message["result"].get("_meta", {}) if name.startswith(PREFIX)]
        if reserved:
            problems.append(f"_meta has {reserved[0]}, which is not part of {revision}")
        return problems + [self.schemas.problem(revision, definition, message["result"])]

    def judge_modern_result(self, method: str, result: dict) -> list[str | None]:
        if method not in MODERN_RESULTS:
            return [f"{method} is not part of {MODERN}, and was answered"]
        problems = []
        if PREFIX + "serverInfo" not in result.get("_meta", {}):
            problems.append(f"the result of {method} does not name the server")
        if result.get("resultType") == "input_required":
            if method not in ASKING:
                problems.append(f"{method} may not ask for input")
            if "inputRequests" not in result and "requestState" not in result:
                problems.append("asks for input without inputRequests and requestState")
            return [*problems, self.schemas.problem(MODERN, "InputRequiredResult", result)]
        if result.get("resultType") != "complete":
            problems.append(f"resultType is {result.get('resultType')!r}")
        return [*problems, self.schemas.problem(MODERN, MODERN_RESULTS[method], result)]

    def judge_error_without_id(self, message: dict) -> list[str | None]:
        """JSON-RPC answers with null where it could read no id, and the clients expect that; the schemas leave the id out."""
        if "id" not in message:
            return ["an error without an id must have the id null"]
        if message["error"].get("code") not in [-32700, -32600]:
            return ["only what could not be read is answered without its id"]
        revision = self.legacy_revision() or MODERN
        named = {**message, "id": 0}
        return self.judge_error(named, revision)

    def judge_error(self, message: dict, revision: str) -> list[str | None]:
        definition = "JSONRPCErrorResponse" if revision in {MODERN, LATEST_LEGACY} else "JSONRPCError"
        problems = [self.schemas.problem(revision, definition, message)]
        code = message["error"].get("code")
        if revision == MODERN:
            problems += [self.schemas.problem(MODERN, MODERN_ERRORS[known], message) for known in MODERN_ERRORS if code == known]
            if code in RETIRED:
                problems.append(f"the code {code} is not part of {MODERN}")
        return problems

    def judge_notification(self, message: dict) -> list[str | None]:
        params = message.get("params", {})
        meta = params.get("_meta", {})
        method = message["method"]
        subscription = meta.get(PREFIX + "subscriptionId")
        problems = []
        if subscription is not None:
            revision = MODERN
            if json.dumps(subscription) not in self.listening:
                problems.append(f"{method} is for {subscription!r}, which listens to nothing")
        elif method == "notifications/progress":
            token = json.dumps(params.get("progressToken"))
            if token not in self.progress:
                return [f"progress for the token {token}, which no request has"]
            revision = self.name(self.progress[token])
        else:
            revision = self.legacy_revision() or MODERN
            if revision == MODERN and method != "notifications/message":
                problems.append(f"{method} came unasked")
        if not isinstance(method, str) or method not in NOTIFICATIONS:
            return [*problems, f"{method} is no notification"]
        problems.append(self.schemas.problem(revision, "JSONRPCNotification", message))
        problems.append(self.judge_named(revision, NOTIFICATIONS[method], message))
        return problems

    def judge_request(self, message: dict) -> list[str | None]:
        revision = self.legacy_revision()
        if revision is None:
            return [f"{message['method']} was asked of a client that has not initialized"]
        if not isinstance(message["method"], str) or message["method"] not in SERVER_REQUESTS:
            return [f"{message['method']} is nothing that a server asks"]
        definition, capability = SERVER_REQUESTS[message["method"]]
        problems = [self.schemas.problem(revision, "JSONRPCRequest", message)]
        if capability and not any(capability in agreement.capabilities for agreement in self.agreements):
            problems.append(f"{message['method']} was asked of a client that did not declare {capability}")
        return [*problems, self.judge_named(revision, definition, message)]

    def judge_named(self, revision: str, definition: str, message: dict) -> str | None:
        """Judges a notification or a request, whose older definitions leave out the members of JSON-RPC."""
        left_out = {"jsonrpc", "id"} - self.schemas.names(revision, definition)
        return self.schemas.problem(revision, definition, {name: message[name] for name in message if name not in left_out})

    # Revisions

    def legacy_revision(self) -> str | None:
        return self.name(self.legacy) if self.legacy else None

    def name(self, era: "str | Agreement | None") -> str:
        """The revision of a request; before anything is agreed, the latest that begins with initialize."""
        if era is None:
            return LATEST_LEGACY
        return era if isinstance(era, str) else era.revision or LATEST_LEGACY


def unnamed(message) -> bool:
    """Whether a message is an error without an id."""
    return isinstance(message, dict) and message.get("id") is None and "error" in message


def without_duplicates(pairs: list[tuple]) -> dict:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("an object names a member twice")
    return members


def refuse_constant(name: str):
    raise ValueError(f"{name} is not JSON")


def check(schemas: Schemas, transcript: Iterable[tuple[str, str]]) -> tuple[int, list[str]]:
    """How many lines the server wrote, and what is wrong with them."""
    conversation = Conversation(schemas)
    problems = []
    for direction, line in transcript:
        if direction == "in":
            conversation.read(line)
        else:
            problems += [f"{problem} in {shortened(line)}" for problem in conversation.judge(line)]
    return conversation.lines, problems


def shortened(line: str) -> str:
    return re.sub(r"\s+", " ", line if len(line) <= 400 else line[:400] + "...")
