/// Everything that is wrong with a configuration, so that nothing in it counts.
package struct ConfigurationError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One thing that is wrong.
    package struct Fault: Sendable, Hashable, CustomStringConvertible {
        /// The file or the variable that is at fault.
        package let origin: Origin
        /// The path of the setting or of the unknown key; empty for the file as a whole.
        package let path: String
        /// What is wrong, as the rest of a sentence that begins with the path or the variable.
        package let message: String
        /// The same without anything of what was found, which may be a number or a key; nil where there are no words for it.
        package var discreetMessage: String?

        /// A sentence that names file and path, or the variable.
        package var description: String {
            let sentence =
                switch origin {
                case .variable(let name): "\(name) \(message)"
                case .file(let file): path.isEmpty ? "\(file) \(message)" : "\(file): \(path) \(message)"
                case .standard, .sandbox: "\(path) \(message)"
                }
            return sentence.hasSuffix("?") ? sentence : sentence + "."
        }
    }

    /// The faults, in the order of the file and then of the variables; at least one.
    package let faults: [Fault]

    /// The faults, one a line.
    package var description: String { faults.map(\.description).joined(separator: "\n") }
}
