import HTTP
import TestSupport
import Testing

/// A TLS server of the openssl command with a certificate that nobody has signed.
private final class TLSServer {
    private let process: ChildProcess
    private let folder: TemporaryFolder
    let port: String
    let certificatePath: String

    init(name: String) throws {
        folder = try TemporaryFolder()
        certificatePath = folder.path + "/certificate.pem"
        let keyPath = folder.path + "/key.pem"
        let generation = try ChildProcess([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "1",
            "-subj", "/CN=test", "-addext", "subjectAltName=\(name)", "-keyout", keyPath, "-out", certificatePath,
        ])
        guard generation.wait() else { throw Failure.noCertificate }
        process = try ChildProcess([
            "openssl", "s_server", "-accept", "0", "-www", "-cert", certificatePath, "-key", keyPath,
        ])
        while let line = process.readLine() {
            guard line.hasPrefix("ACCEPT"), let number = line.split(separator: ":").last else { continue }
            port = String(number)
            return
        }
        process.terminate()
        throw Failure.noServer
    }

    deinit { process.terminate() }

    enum Failure: Error { case noCertificate, noServer }
}

@Suite(.enabled(if: ChildProcess.exists("openssl"), "the openssl command is not installed"))
struct `TLS` {
    @Test func `a certificate that nobody trusts is refused before anything is sent`() async throws {
        let server = try TLSServer(name: "IP:127.0.0.1")
        let url = "https://127.0.0.1:\(server.port)/"
        let error = await failure(of: HTTPRequest(method: .post, url: url, body: [1]))
        #expect(error?.code == .tls)
        #expect(error?.mayHaveReachedServer == false)
    }

    @Test func `a certificate in the given bundle is trusted`() async throws {
        let server = try TLSServer(name: "IP:127.0.0.1")
        let transport = CurlTransport(options: .init(caBundlePath: server.certificatePath))
        let response = try await transport.send(HTTPRequest(method: .get, url: "https://127.0.0.1:\(server.port)/"))
        #expect(response.status == 200)
    }

    @Test func `a trusted certificate of another host is refused`() async throws {
        let server = try TLSServer(name: "DNS:api.quo.example")
        let url = "https://127.0.0.1:\(server.port)/"
        let transport = CurlTransport(options: .init(caBundlePath: server.certificatePath))
        let error = await failure(of: HTTPRequest(method: .post, url: url, body: [1]), with: transport)
        #expect(error?.code == .tls)
        #expect(error?.mayHaveReachedServer == false)
    }

    @Test func `a bundle that is not there is named`() async throws {
        let server = try TLSServer(name: "IP:127.0.0.1")
        let url = "https://127.0.0.1:\(server.port)/"
        let transport = CurlTransport(options: .init(caBundlePath: "/nowhere/bundle.pem"))
        let error = await failure(of: HTTPRequest(method: .get, url: url), with: transport)
        #expect(error?.code == .tls)
        #expect(error?.message.contains("/nowhere/bundle.pem") == true)
    }
}
