import JSON
import Store
import TestSupport
import Testing

@testable import Directory

#if canImport(Darwin)
    import Darwin
#else
    import Glibc
#endif

/// How long searches take and how much memory the index does, for people to look at.
///
/// Run by hand with the number of contacts: `QUO_BENCHMARK=20000 swift test -c release -Xswiftc -enable-testing --filter Benchmark`.
@Suite(.enabled(if: getenv("QUO_BENCHMARK") != nil)) struct `Benchmark` {
    @Test func `searching many contacts`() async throws {
        let size = getenv("QUO_BENCHMARK").flatMap { Int(String(cString: $0)) } ?? 20_000
        let firsts = [
            "Ana", "Boris", "Christopher", "Dagmar", "Émile", "Fatima", "Giovanni", "Hedwig", "Søren", "Łukasz",
        ]
        let syllables = [
            "lo", "pez", "mar", "tin", "ber", "kow", "ski", "sen", "ra", "da", "vi", "el", "os", "ün", "gar",
        ]
        let contacts = (0..<size).map { index in
            let parts = [index % 15, index / 15 % 15, index / 225 % 15, index / 3375 % 15]
            let last = parts.map { syllables[$0] }.joined().capitalized
            return contact(
                "664d0db69fcac7cf2e\(100_000 + index)", firsts[index % 10] + (index % 7 == 0 ? " Maria" : ""), last,
                company: "\(syllables[index % 15].capitalized) Bakery \(index % 900)", role: "Manager",
                numbers: ["+1614\(5_550_000 + index)"], emails: ["\(last.lowercased()).\(index)@example.com"],
                fields: ["region": .string("North \(index % 50)"), "lead": true])
        }
        let fixture = try Fixture(contacts)
        let clock = ContinuousClock()
        let sync = try await clock.measure { try await fixture.directory.refresh() }
        print("sync: \(sync), \(fixture.book.count("/v1/contacts")) requests")
        fixture.book.setContacts([])
        let before = residentBytes()
        let load = try await clock.measure { _ = try await fixture.directory.loadIndex() }
        let index = try await fixture.directory.loadIndex()
        print("load: \(load), resident \((residentBytes() - before) / 1024) KiB, packed \(index.size / 1024) KiB")
        for query in [
            "ana", "ana lopez", "a", "lopzemar", "christofer martinber", "0123", "6145551234", "bakery north manager",
            "lopez@", "nobody", "example.com",
        ] {
            var times: [Duration] = []
            var count = 0
            for _ in 0..<50 {
                times.append(
                    clock.measure {
                        for words in SearchQuery(query, region: "US").readings {
                            count = index.search(words).count
                            if count > 0 { break }
                        }
                    })
            }
            times.sort()
            let whole = try await clock.measure { _ = try await fixture.directory.find(query, limit: 10) }
            print("\(query): \(count) matches, median \(times[25]), worst \(times[49]), find with 10 results \(whole)")
        }
    }

    private func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 256)
        guard fgets(&text, 256, file) != nil else { return 0 }
        let fields = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
            separator: " ")
        return (Int(fields[1]) ?? 0) * Int(getpagesize())
    }
}

extension String {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
