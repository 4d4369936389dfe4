import Cryptography
import Testing

private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite struct `Digests and codes` {
    // FIPS 180-4 examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `SHA-256 gives the published digests`(text: String, digest: String) throws {
        #expect(Hexadecimal.encode(try SHA256.hash(bytes(text))) == digest)
    }

    // RFC 4231, cases 1, 2 and 6.
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), "Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            bytes("Jefe"), "what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        ([], "", "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ])
    func `HMAC gives the published codes`(key: [UInt8], message: String, code: String) throws {
        #expect(Hexadecimal.encode(try HMAC.sha256(key: key, message: bytes(message))) == code)
    }

    @Test func `bytes are equal only where all are`() {
        #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
        #expect(constantTimeEquals([], []))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEquals([0, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2]))
    }

    @Test(arguments: [0, 1, 32, 256, 257, 1_000])
    func `random bytes have the length asked for and fill it`(count: Int) throws {
        let first = try randomBytes(count)
        #expect(first.count == count)
        if count >= 32 {
            #expect(first != (try randomBytes(count)))
            #expect(first.suffix(32).contains { $0 != 0 })
        }
    }
}

@Suite struct `Bytes as text` {
    @Test(arguments: [([], ""), ([0], "00"), ([0xDE, 0xAD, 0x0F], "dead0f")] as [([UInt8], String)])
    func `hexadecimal goes both ways`(bytes: [UInt8], text: String) {
        #expect(Hexadecimal.encode(bytes) == text)
        #expect(Hexadecimal.decode(text) == bytes)
        #expect(Hexadecimal.decode(text.uppercased()) == bytes)
    }

    @Test(arguments: ["0", "0g", "é", "0x00", " 00"])
    func `what is no hexadecimal is refused`(text: String) {
        #expect(Hexadecimal.decode(text) == nil)
    }

    // RFC 4648, section 10, without padding.
    @Test(arguments: [
        ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
        ("foobar", "Zm9vYmFy"),
    ])
    func `base64url goes both ways`(plain: String, text: String) {
        #expect(Base64URL.encode(bytes(plain)) == text)
        #expect(Base64URL.decode(text) == bytes(plain))
    }

    @Test func `base64url uses the letters that URLs allow`() {
        #expect(Base64URL.encode([0xFB, 0xFF, 0xFE]) == "-__-")
        #expect(Base64URL.decode("-__-") == [0xFB, 0xFF, 0xFE])
    }

    @Test(arguments: ["Z", "Zg==", "Zh", "Zm9", "Zm9v+", "Zm9vY", "é"])
    func `what encoding never makes is refused`(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    // RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `base64 goes both ways`(plain: String, text: String) {
        #expect(Base64.encode(bytes(plain)) == text)
        #expect(Base64.decode(text) == bytes(plain))
    }

    @Test func `base64 uses plus and slash`() {
        #expect(Base64.encode([0xFB, 0xFF, 0xFE]) == "+//+")
        #expect(Base64.decode("+//+") == [0xFB, 0xFF, 0xFE])
        #expect(Base64.decode("-__-") == nil)
    }

    @Test(arguments: ["Z", "Zg", "Zg=", "Zh==", "Z===", "====", "Zm9v====", "Zm=v", " Zg==", "Zg==\n"])
    func `base64 that encoding never makes is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }
}
