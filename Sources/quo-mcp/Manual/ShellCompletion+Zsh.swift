extension ShellCompletion {
    /// The script for zsh: a function for its search path, which can be sourced as well.
    static var zsh: String {
        let standard = CommandDescription.named(standardCommand)?.ownOptions ?? []
        return """
            #compdef quo-mcp
            \(origin(.zsh))
            _quo-mcp() {
                local curcontext="$curcontext" state state_descr line ret=1
                local -A opt_args
                local -a commands tools toolsets
                commands=(
            \(CommandDescription.all.map { "        \("\($0.name):\($0.title)".shellQuoted)" }.joined(separator: "\n"))
                )
                tools=(\(WordKind.tool.words.joined(separator: " ")))
                toolsets=(\(WordKind.toolsets.words.joined(separator: " ")))
                _arguments -C \\
            \((standard + commonOptions).map { "        \(specification(of: $0)) \\" }.joined(separator: "\n"))
                    ':command:->command' '*::argument:->argument' && ret=0
                case $state in
                command) _describe -t commands command commands && ret=0 ;;
                argument)
                    case $words[1] in
            \(CommandDescription.all.map(argumentCase).joined(separator: "\n"))
                    esac
                    ;;
                esac
                return ret
            }

            if [[ $funcstack[1] == _quo-mcp ]]; then
                _quo-mcp "$@"
            else
                compdef _quo-mcp quo-mcp
            fi

            """
    }

    private static func argumentCase(_ command: CommandDescription) -> String {
        var specifications = (command.ownOptions + commonOptions).map(specification)
        if let action = action(command.firstWord) { specifications.append("\"1:\(command.name):\(action)\"") }
        let lines = specifications.map { " \\\n                \($0)" }.joined()
        return "        \(command.name)) _arguments\(lines) && ret=0 ;;"
    }

    /// What `_arguments` is told of an option.
    private static func specification(of option: OptionDescription) -> String {
        let special: Set<Character> = ["[", "]", "\\", "\"", "$", "`", ":"]
        let title = option.title.map { special.contains($0) ? "\\\($0)" : "\($0)" }.joined()
        let value = option.value.map { ":\($0.word):\(action(option.kind) ?? "")" } ?? ""
        return "\"\(option.name)[\(title)]\(value)\""
    }

    /// How `_arguments` completes what can stand in a place; nil where that is not known.
    private static func action(_ kind: WordKind) -> String? {
        switch kind {
        case .anything: nil
        case .file: "_files"
        case .tool: "compadd -a tools"
        case .tools: "_values -s , tool $tools"
        case .toolsets: "_values -s , toolset $toolsets"
        case .choice(let words): "(\(words.joined(separator: " ")))"
        }
    }
}
