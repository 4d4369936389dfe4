import CCurl

extension HTTPError {
    /// libcurl has one code for a handshake that failed and for one that was cut off; only its words tell them apart.
    private static let wordsOfBrokenConnections = ["SSL_ERROR_SYSCALL", "reset by peer", "unexpected eof"]

    /// Tells what a code of libcurl means for the caller.
    init(curlCode code: Int32, of transfer: Transfer, isTooLarge: Bool) {
        let server = transfer.submission.request.authority ?? "the server"
        let detail = transfer.detail(for: code)
        let hasBegun = transfer.hasBegunToSend
        let limit = transfer.submission.options.maximumResponseSize
        if isTooLarge {
            self.init(.tooLarge, "The answer of \(server) is larger than \(limit) bytes.", mayHaveReachedServer: true)
            return
        }
        let code = CURLcode(rawValue: UInt32(code))
        if code == CURLE_SSL_CONNECT_ERROR, Self.wordsOfBrokenConnections.contains(where: detail.contains) {
            self.init(
                .connectionLost, "The connection to \(server) broke while it was being secured: \(detail).",
                mayHaveReachedServer: hasBegun)
            return
        }
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            self.init(.cannotResolve, "The name has no address: \(detail).", mayHaveReachedServer: hasBegun)
        case CURLE_COULDNT_CONNECT, CURLE_PROXY:
            self.init(
                .cannotConnect, "No connection to \(server) could be made: \(detail).", mayHaveReachedServer: hasBegun)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CRL_BADFILE, CURLE_SSL_INVALIDCERTSTATUS,
            CURLE_SSL_PINNEDPUBKEYNOTMATCH, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
            CURLE_SSL_ENGINE_INITFAILED, CURLE_USE_SSL_FAILED:
            self.init(.tls, "No trusted connection to \(server): \(detail).", mayHaveReachedServer: hasBegun)
        case CURLE_OPERATION_TIMEDOUT:
            let what =
                hasBegun
                ? "did not answer completely"
                : transfer.hasConnected ? "made no secure connection" : "did not accept a connection"
            self.init(.timedOut, "\(server) \(what) in time: \(detail).", mayHaveReachedServer: hasBegun)
        case CURLE_URL_MALFORMAT, CURLE_FAILED_INIT, CURLE_NOT_BUILT_IN, CURLE_UNKNOWN_OPTION, CURLE_OUT_OF_MEMORY,
            CURLE_BAD_FUNCTION_ARGUMENT:
            self.init(.unavailable, "libcurl cannot carry the request: \(detail).", mayHaveReachedServer: hasBegun)
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE:
            self.init(.connectionLost, "The connection to \(server) broke: \(detail).", mayHaveReachedServer: true)
        default:
            self.init(
                .connectionLost, "The answer of \(server) could not be read: \(detail).", mayHaveReachedServer: true)
        }
    }
}
