extension ShellCompletion {
    /// The script for bash, from 3.2 on, which macOS has; it needs no other script.
    static var bash: String {
        let valued = valueOptions.map(\.name).joined(separator: " | ")
        return """
            \(origin(.bash))
            _quo_mcp_offer() {
                local word
                while IFS= read -r word; do
                    COMPREPLY+=("$word")
                done < <(compgen -W "$1" -P "$3" -- "$2")
            }

            _quo_mcp_offer_list() {
                local last=${2##*,}
                _quo_mcp_offer "$1" "$last" "${2%"$last"}"
            }

            _quo_mcp_offer_files() {
                local word
                compopt -o filenames 2>/dev/null
                while IFS= read -r word; do
                    COMPREPLY+=("$word")
                done < <(compgen -f -- "$1")
            }

            _quo_mcp() {
                local current=${COMP_WORDS[COMP_CWORD]} command='' words=0 index
                COMPREPLY=()
                for ((index = 1; index < COMP_CWORD; index++)); do
                    case ${COMP_WORDS[index]} in
                    \(valued)) ((index++)) ;;
                    -*) ;;
                    *) if [[ -z $command ]]; then command=${COMP_WORDS[index]}; else ((words++)); fi ;;
                    esac
                done
                case ${COMP_WORDS[COMP_CWORD - 1]} in
            \(valueOptions.map(valueCase).joined(separator: "\n"))
                esac
                if [[ $current == -* ]]; then
                    case $command in
            \(CommandDescription.all.map(optionCase).joined(separator: "\n"))
                    esac
                    return
                fi
                if [[ -z $command ]]; then
                    _quo_mcp_offer '\(CommandDescription.all.map(\.name).joined(separator: " "))' "$current"
                    return
                fi
                if ((words > 0)); then
                    return
                fi
                case $command in
            \(CommandDescription.all.compactMap(wordCase).joined(separator: "\n"))
                esac
            }

            complete -F _quo_mcp quo-mcp

            """
    }

    private static func valueCase(_ option: OptionDescription) -> String {
        let offer = offer(option.kind).map { "\($0); " } ?? ""
        return "    \(option.name)) \(offer)return ;;"
    }

    private static func optionCase(_ command: CommandDescription) -> String {
        let names = (command.ownOptions + commonOptions).map(\.name).joined(separator: " ")
        let pattern = command.name == standardCommand ? "'' | \(command.name)" : command.name
        return "        \(pattern)) _quo_mcp_offer '\(names)' \"$current\" ;;"
    }

    private static func wordCase(_ command: CommandDescription) -> String? {
        offer(command.firstWord).map { "    \(command.name)) \($0) ;;" }
    }

    /// The call that offers what can stand in a place; nil where that is not known.
    private static func offer(_ kind: WordKind) -> String? {
        if kind == .file { return "_quo_mcp_offer_files \"$current\"" }
        if kind.words.isEmpty { return nil }
        let function = kind.isList ? "_quo_mcp_offer_list" : "_quo_mcp_offer"
        return "\(function) '\(kind.words.joined(separator: " "))' \"$current\""
    }
}
