/// Writes documents as Swift for the module QuoServer.
package enum DocumentsSource {
    /// The whole file, with the text of each document under its name.
    ///
    /// - Throws: ``GeneratorError`` where the bytes of a document are not UTF-8.
    package static func text(_ documents: [(name: String, bytes: [UInt8])]) throws(GeneratorError) -> String {
        var elements: [String] = []
        for document in documents {
            guard let text = String(validating: document.bytes, as: UTF8.self) else {
                throw GeneratorError(["\(document.name) is not UTF-8"])
            }
            let name = SwiftSource.literal(document.name)
            elements.append("Document(name: \(name), text: \(SwiftSource.literal(lines: text)))")
        }
        return """
            \(SwiftSource.header)
            extension Document {
                /// Every document, in order.
                static let all: [Document] = \(SwiftSource.list(elements, indentation: 4))
            }

            """
    }
}
