/// One signed delivery.
///
/// Made by Tests/Webhooks/make-vectors.py; the secrets are test data.
struct SignatureVector: Sendable {
    let secret: String
    let id: String
    let seconds: Int64
    let body: String
    let standard: String
    let legacy: String

    static let all: [SignatureVector] = [
        SignatureVector(
            secret: "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY",
            id: "msg_00aBcDeF", seconds: 1767225600, body: "{\"id\":\"EV1\",\"type\":\"message.received\"}",
            standard: "v1,+bKe1Na1XoSUjbECe03UtTxJOAMmuV2GB0IxTIt177k=",
            legacy: "WjmNw7Xdszmt8gZmTIZu6wFX8CA8B+0YtwJ4bvsAgis="),
        SignatureVector(
            secret: "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY",
            id: "msg_01aBcDeF", seconds: 1767225601, body: "{ \"text\" : \"café 😀\\n\" }\n",
            standard: "v1,Z9O3wYAU3zaVQr5FcLo920MIiYjqPPYnVrldInE4Yxw=",
            legacy: "ulotG9WPBMHJFvRKvG/C3+TxsXheRSXazbYDqiHFNhc="),
        SignatureVector(
            secret: "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY",
            id: "msg_02aBcDeF", seconds: 1767225602, body: "",
            standard: "v1,xF3iX9j9CWfA5N0wo1K2JK9mtcZfOYXsM3bwKbNqZTk=",
            legacy: "tJma6yeITCUhLPXjGN8xdIhTWE9A1XSld9ofEhltN/M="),
        SignatureVector(
            secret: "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcY",
            id: "msg_03aBcDeF", seconds: 1767225603, body: String(repeating: "{\"a\":1}", count: 100),
            standard: "v1,HNCvUE26YhTlEjFQ/ko5E0I7MD0rxYuZaJSu17irf3A=",
            legacy: "vSsP1dlulWOe3DFt0yaF29fgPI6qK549GO4g2b5r2Ok="),
        SignatureVector(
            secret: "KCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/",
            id: "msg_10aBcDeF", seconds: 1767226600, body: "{\"id\":\"EV1\",\"type\":\"message.received\"}",
            standard: "v1,zeQ+sdzbngOotbOmBf3URTTP+0gSGGqL9nlhNqW3UUo=",
            legacy: "wVVvuML411WOXIVosGeO2fgyzKQD/kErOgTslD4F2ug="),
        SignatureVector(
            secret: "KCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/",
            id: "msg_11aBcDeF", seconds: 1767226601, body: "{ \"text\" : \"café 😀\\n\" }\n",
            standard: "v1,Qhi0sAuv/D49QNkeGN9TQqRhruY5IMg5n9p4GW9ZL7w=",
            legacy: "iiewA8RAHebW/JH8oM6nO5aH+jl857IbRsgKOq9dCfg="),
        SignatureVector(
            secret: "KCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/",
            id: "msg_12aBcDeF", seconds: 1767226602, body: "",
            standard: "v1,VudTw0L16Q277vwtIhnmApfmGk7u5g1/fBP6ELZrfMY=",
            legacy: "4SjNHPOmTDoJgxmreBBcTD0WtCAuswlt3DWah4aIrtU="),
        SignatureVector(
            secret: "KCkqKywtLi8wMTIzNDU2Nzg5Ojs8PT4/",
            id: "msg_13aBcDeF", seconds: 1767226603, body: String(repeating: "{\"a\":1}", count: 100),
            standard: "v1,jpAz9SZoW7VZnoOIhxUjSGveJDxkZEERMHzumjI1/gg=",
            legacy: "r6kWd/TWBr9ig1vg+iUYTLvgfrgnoBYfHRAHaig5D8k="),
        SignatureVector(
            secret: "//79//79//79//79//79//79//79//79//79//79//79//79//79//79//79//79",
            id: "msg_20aBcDeF", seconds: 1767227600, body: "{\"id\":\"EV1\",\"type\":\"message.received\"}",
            standard: "v1,w2vOYd/5AdosSunZznkZiRZTIvIfbgCzJOOLhDEQnnc=",
            legacy: "m7Um8OqjNfQGqiT1Yz3R9R67fEha9QNhK/b9OShm0xc="),
        SignatureVector(
            secret: "//79//79//79//79//79//79//79//79//79//79//79//79//79//79//79//79",
            id: "msg_21aBcDeF", seconds: 1767227601, body: "{ \"text\" : \"café 😀\\n\" }\n",
            standard: "v1,hAGoYk7pccM/ZzSuvG9s34ctXX41+AU36jF8DRSDTkw=",
            legacy: "X5DC+NQPh29vWfGoo91d5KvLGG1KSST8MdL+gHlJ7rA="),
        SignatureVector(
            secret: "//79//79//79//79//79//79//79//79//79//79//79//79//79//79//79//79",
            id: "msg_22aBcDeF", seconds: 1767227602, body: "",
            standard: "v1,+ypR/o9BP0p0zAg8Sh1wf4fGZG1TQcLrCx5BnaizUT8=",
            legacy: "cS3/jdcorr4Z3ersJKS7ncAIK2yREeK+g9mLO+vkZ9I="),
        SignatureVector(
            secret: "//79//79//79//79//79//79//79//79//79//79//79//79//79//79//79//79",
            id: "msg_23aBcDeF", seconds: 1767227603, body: String(repeating: "{\"a\":1}", count: 100),
            standard: "v1,2p6fIr1CUIywj3SzngxnWXi/PIUJutYaNtJNDMTlykU=",
            legacy: "EzDiZgqXoV36Htgl8DAz+NANqj3EQx+o9tQ+bJzykgw="),
    ]
}
