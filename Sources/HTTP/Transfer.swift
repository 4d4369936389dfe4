import CCurl
import CLibraryLoader

/// One request on libcurl's easy handle; used by the loop's thread alone.
final class Transfer {
    let submission: TransferLoop.Submission
    let easy: UnsafeMutableRawPointer
    private var headerLines: UnsafeMutableRawPointer?
    private let detail = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
    private var headers: [HTTPHeader] = []
    private var headerSize = 0
    private var body: [UInt8] = []
    private var isTooLarge = false

    /// Sets the request up, or returns nil where libcurl cannot.
    init?(_ submission: TransferLoop.Submission) {
        guard let easy = lazy_curl_easy_init() else { return nil }
        self.submission = submission
        self.easy = easy
        detail[0] = 0
        guard configure() else { return nil }
    }

    deinit {
        lazy_curl_easy_cleanup(easy)
        lazy_curl_slist_free_all(headerLines)
        detail.deallocate()
    }

    // MARK: The request

    private func configure() -> Bool {
        let request = submission.request
        var isAccepted = lazy_curl_easy_restrict_to_http(easy) == 0
        lazy_curl_easy_abandon_lookups(easy)
        func set(_ option: CURLoption, _ value: Int) {
            isAccepted = lazy_curl_easy_set_long(easy, Int32(option.rawValue), value) == 0 && isAccepted
        }
        func set(_ option: CURLoption, text: String?) {
            isAccepted = lazy_curl_easy_set_pointer(easy, Int32(option.rawValue), text) == 0 && isAccepted
        }
        set(CURLOPT_URL, text: request.url)
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_ACCEPT_ENCODING, text: "")
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_TIMEOUT_MS, milliseconds(request.timeout))
        set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds(submission.options.connectTimeout))
        set(CURLOPT_FRESH_CONNECT, request.method == .get ? 0 : 1)
        if let path = submission.options.caBundlePath {
            set(CURLOPT_CAINFO, text: path)
            set(CURLOPT_CAPATH, text: nil)
        }
        if request.isToLoopback { set(CURLOPT_PROXY, text: "") }
        isAccepted = configureMethod() && configureHeaders() && configureReceivers() && isAccepted
        return isAccepted
    }

    private func configureMethod() -> Bool {
        let request = submission.request
        var codes: [Int32] = []
        if request.method != .get || request.body != nil {
            codes.append(
                lazy_curl_easy_set_pointer(easy, Int32(CURLOPT_CUSTOMREQUEST.rawValue), request.method.rawValue))
        }
        // Servers want a length, be it 0, with every method but these.
        if let body = request.body ?? (request.method == .get || request.method == .delete ? nil : []) {
            let size = Int64(body.count)
            codes.append(lazy_curl_easy_set_offset(easy, Int32(CURLOPT_POSTFIELDSIZE_LARGE.rawValue), size))
            // A null pointer would mean a body to be asked for.
            let bytes = body.isEmpty ? [0] : body
            codes.append(lazy_curl_easy_set_pointer(easy, Int32(CURLOPT_COPYPOSTFIELDS.rawValue), bytes))
        }
        return codes.allSatisfy { $0 == 0 }
    }

    private func configureHeaders() -> Bool {
        let headers = submission.request.headers
        // libcurl sends a header without value where the line ends in a semicolon, and leaves out its own where
        // nothing follows the colon.
        var lines = headers.map { $0.value.isEmpty ? $0.name + ";" : $0.name + ": " + $0.value }
        for name in ["Expect", "Content-Type"]
        where !headers.contains(where: { $0.name.lowercased() == name.lowercased() }) {
            lines.append(name + ":")
        }
        for line in lines {
            guard let list = lazy_curl_slist_append(headerLines, line) else { return false }
            headerLines = list
        }
        return lazy_curl_easy_set_pointer(easy, Int32(CURLOPT_HTTPHEADER.rawValue), headerLines) == 0
    }

    private func configureReceivers() -> Bool {
        // The handle does not outlive this object, and calls back only while the loop holds it.
        let context = Unmanaged.passUnretained(self).toOpaque()
        let codes = [
            lazy_curl_easy_set_pointer(easy, Int32(CURLOPT_ERRORBUFFER.rawValue), detail),
            lazy_curl_easy_set_pointer(easy, Int32(CURLOPT_WRITEDATA.rawValue), context),
            lazy_curl_easy_set_pointer(easy, Int32(CURLOPT_HEADERDATA.rawValue), context),
            lazy_curl_easy_set_receiver(easy, Int32(CURLOPT_WRITEFUNCTION.rawValue)) { bytes, size, count, context in
                Transfer.receive(bytes, size * count, context) { $0.receiveBody($1) }
            },
            lazy_curl_easy_set_receiver(easy, Int32(CURLOPT_HEADERFUNCTION.rawValue)) { bytes, size, count, context in
                Transfer.receive(bytes, size * count, context) { $0.receiveHeader($1) }
            },
        ]
        return codes.allSatisfy { $0 == 0 }
    }

    // MARK: The response

    private static func receive(
        _ bytes: UnsafeMutablePointer<CChar>?, _ count: Int, _ context: UnsafeMutableRawPointer?,
        _ take: (Transfer, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let context else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        return take(transfer, UnsafeRawBufferPointer(start: bytes, count: count)) ? count : -1
    }

    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        isTooLarge = body.count + bytes.count > submission.options.maximumResponseSize
        if !isTooLarge { body.append(contentsOf: bytes) }
        return !isTooLarge
    }

    private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
        headerSize += bytes.count
        isTooLarge = headerSize > submission.options.maximumResponseSize
        if isTooLarge { return false }
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // A new header block, after an interim one such as 100 Continue.
            headers.removeAll()
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...]
            headers.append(HTTPHeader(String(line[..<colon]), String(trimmed(value))))
        }
        return true
    }

    private func trimmed(_ text: Substring) -> Substring {
        var text = text.drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }

    // MARK: The result

    /// What became of the transfer that libcurl ended with this code.
    func result(code: Int32) -> Result<HTTPResponse, HTTPError> {
        guard code == CURLE_OK.rawValue else {
            return .failure(HTTPError(curlCode: code, of: self, isTooLarge: isTooLarge))
        }
        let status = integer(CURLINFO_RESPONSE_CODE)
        return .success(HTTPResponse(status: status, headers: headers, body: body))
    }

    /// The result of a transfer that was abandoned.
    func cancelled() -> Result<HTTPResponse, HTTPError> {
        .failure(HTTPError(.cancelled, "The request was cancelled.", mayHaveReachedServer: hasBegunToSend))
    }

    /// Whether any byte of the request may have been written.
    var hasBegunToSend: Bool {
        integer(CURLINFO_REQUEST_SIZE) > 0 || time(CURLINFO_PRETRANSFER_TIME_T) > 0
    }

    /// Whether a connection was made, or at least one to a proxy.
    ///
    /// libcurl tells the time of it only once the TLS handshake is done, but its own port before.
    var hasConnected: Bool { integer(CURLINFO_LOCAL_PORT) > 0 }

    /// What libcurl says of a failure; names hosts, ports and certificates, no headers.
    func detail(for code: Int32) -> String {
        let text = String(cString: detail[0] == 0 ? lazy_curl_easy_strerror(code) : UnsafePointer(detail))
        return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0.value >= 0x20 }.prefix(300)))
    }

    private func integer(_ info: CURLINFO) -> Int {
        var value = 0
        return lazy_curl_easy_get_long(easy, Int32(info.rawValue), &value) == 0 ? value : 0
    }

    private func time(_ info: CURLINFO) -> Int64 {
        var value: Int64 = 0
        return lazy_curl_easy_get_offset(easy, Int32(info.rawValue), &value) == 0 ? value : 0
    }

    /// libcurl's form of a time-out, where 0 would mean none.
    private func milliseconds(_ duration: Duration) -> Int {
        let parts = duration.components
        guard parts.seconds < 1_000_000 else { return 1_000_000_000 }
        return max(1, Int(parts.seconds) * 1000 + Int(parts.attoseconds / 1_000_000_000_000_000))
    }
}
