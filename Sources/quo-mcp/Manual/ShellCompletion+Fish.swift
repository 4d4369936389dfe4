extension ShellCompletion {
    /// The script for fish.
    static var fish: String {
        let commands = CommandDescription.all.map { command in
            "complete -c quo-mcp -n '__quo_mcp_is_at ' -a \(command.name) -d \(command.title.shellQuoted)"
        }
        return """
            \(origin(.fish))
            function __quo_mcp_words
                # What was typed so far, without options and their values.
                set -l is_value 0
                for word in (commandline -opc)[2..-1]
                    if test $is_value = 1
                        set is_value 0
                        continue
                    end
                    switch $word
                        case \(valueOptions.map(\.name).joined(separator: " "))
                            set is_value 1
                        case '-*'
                        case '*'
                            echo $word
                    end
                end
            end

            function __quo_mcp_is_at
                # Whether these words and no more were typed.
                set -l words (__quo_mcp_words)
                test "$words" = "$argv"
            end

            function __quo_mcp_does
                # Whether one of these commands was typed; the empty one is none.
                set -l words (__quo_mcp_words)
                contains -- "$words[1]" $argv
            end

            complete -c quo-mcp -f
            \(commands.joined(separator: "\n"))
            \(CommandDescription.all.compactMap(wordLine).joined(separator: "\n"))
            \(OptionDescription.all.map(optionLine).joined(separator: "\n"))

            """
    }

    private static func wordLine(_ command: CommandDescription) -> String? {
        source(command.firstWord).map { "complete -c quo-mcp -n '__quo_mcp_is_at \(command.name)' \($0)" }
    }

    private static func optionLine(_ option: OptionDescription) -> String {
        var line = "complete -c quo-mcp -l \(option.name.dropFirst(2)) -d \(option.title.shellQuoted)"
        var commands = CommandDescription.all.filter { $0.options.contains(option.name) }.map(\.name)
        if commands.contains(standardCommand) { commands.insert("\"\"", at: 0) }
        if !commands.isEmpty { line += " -n '__quo_mcp_does \(commands.joined(separator: " "))'" }
        if option.value != nil { line += " -r " + (source(option.kind) ?? "") }
        return line.last == " " ? String(line.dropLast()) : line
    }

    /// Where fish gets what can stand in a place; nil where that is not known.
    private static func source(_ kind: WordKind) -> String? {
        if kind == .file { return "-F" }
        if kind.words.isEmpty { return nil }
        let words = kind.words.joined(separator: " ")
        return kind.isList
            ? "-a \"(__fish_complete_list , 'string split \\\" \\\" \\\"\(words)\\\"')\"" : "-a '\(words)'"
    }
}
