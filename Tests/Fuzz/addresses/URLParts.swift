import CCurl
import Glibc

/// An address as libcurl reads it.
struct URLParts {
    let scheme: String
    /// In lower case, an IPv6 address in brackets.
    let host: String
    let user: String?

    /// Reads an address; nil where libcurl refuses it.
    init?(_ text: String) {
        let parser = URLParser.shared
        let url = parser.make()
        defer { parser.free(url) }
        guard parser.set(url, CURLUPART_URL, text, 0) == CURLUE_OK,
            let scheme = parser.part(CURLUPART_SCHEME, of: url), let host = parser.part(CURLUPART_HOST, of: url)
        else { return nil }
        (self.scheme, self.host) = (scheme, host.lowercased())
        user = parser.part(CURLUPART_USER, of: url)
    }
}

/// libcurl's functions that read addresses, found when the first is read.
private struct URLParser {
    static let shared = URLParser()

    let make: @convention(c) () -> OpaquePointer?
    let free: @convention(c) (OpaquePointer?) -> Void
    let set: @convention(c) (OpaquePointer?, CURLUPart, UnsafePointer<CChar>?, UInt32) -> CURLUcode
    private let get:
        @convention(c) (OpaquePointer?, CURLUPart, UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?, UInt32) ->
            CURLUcode
    private let freeText: @convention(c) (UnsafeMutableRawPointer?) -> Void

    private init() {
        guard let library = dlopen("libcurl.so.4", RTLD_NOW) else { fatalError("there is no libcurl") }
        func find<Function>(_ name: String) -> Function {
            guard let symbol = dlsym(library, name) else { fatalError("libcurl has no \(name)") }
            return unsafeBitCast(symbol, to: Function.self)
        }
        make = find("curl_url")
        free = find("curl_url_cleanup")
        set = find("curl_url_set")
        get = find("curl_url_get")
        freeText = find("curl_free")
    }

    func part(_ part: CURLUPart, of url: OpaquePointer?) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard get(url, part, &text, 0) == CURLUE_OK, let text else { return nil }
        defer { freeText(text) }
        return String(cString: text)
    }
}
