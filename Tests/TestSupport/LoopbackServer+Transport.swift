import Dispatch
public import HTTP
import Synchronization

extension LoopbackServer {
    /// A server whose requests are carried on by a transport, as a real API would answer them.
    public convenience init(carriedBy transport: any HTTPTransport) throws {
        try self.init { request in
            // The server's threads are its own, so one may wait for the transport.
            let answered = DispatchSemaphore(value: 0)
            let answer = Mutex(Answer.hangUp)
            Task.detached {
                let forwarded = HTTPRequest(
                    method: HTTPMethod(rawValue: request.method) ?? .get, url: "http://127.0.0.1" + request.target,
                    headers: request.headers, body: request.body.isEmpty ? nil : request.body)
                if let response = try? await transport.send(forwarded) {
                    answer.withLock {
                        $0 = .response(status: response.status, headers: response.headers, body: response.body)
                    }
                }
                answered.signal()
            }
            answered.wait()
            return answer.withLock { $0 }
        }
    }
}
