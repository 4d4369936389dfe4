/// Which of the accounts that a gateway leads to was chosen.
extension Store {
    /// The connection that was chosen for a key of the gateway, or nil.
    ///
    /// - Parameter key: The name of what limits the key's requests, which is the same whichever connection they use.
    package func chosenConnection(of key: WorkspaceID) throws(StoreError) -> String? {
        try database().chosenConnection(of: key)
    }

    /// Chooses a connection for a key of the gateway; every process of the machine uses it from its next call on.
    ///
    /// - Parameters:
    ///   - connection: The connection's id.
    ///   - key: The name of what limits the key's requests.
    ///   - time: When, in milliseconds since 1970.
    package func choose(connection: String, of key: WorkspaceID, time: Int64) throws(StoreError) {
        let database = try database()
        try database.transaction { () throws(StoreError) in
            try database.run(
                "INSERT OR REPLACE INTO connection_choice (key, connection, chosen_at) VALUES (?, ?, ?)",
                [.text(key.text), .text(connection), .integer(time)])
        }
    }
}

extension StoreInspection {
    /// The connection that was chosen for a key of the gateway, or nil, without making a database.
    ///
    /// - Throws: ``StoreError`` where there is no database that can be read, or one of an older shape.
    package static func chosenConnection(of key: WorkspaceID, in folder: StateFolder) throws(StoreError) -> String? {
        try Database(lookingAt: folder.databasePath, migrations: Schema.migrations).chosenConnection(of: key)
    }
}

extension Database {
    fileprivate func chosenConnection(of key: WorkspaceID) throws(StoreError) -> String? {
        try first("SELECT connection FROM connection_choice WHERE key = ?", [.text(key.text)]) { row in row.text(0) }
    }
}
