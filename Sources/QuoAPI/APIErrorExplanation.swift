import HTTP

extension APIError {
    /// What happened, why, and what to do next, in words for an agent.
    ///
    /// Ends with the faulty fields, the API's own words, and the code and trace that its support asks for. Where the
    /// outcome is unknown, the last word is that nothing is to be repeated, whatever the API's own words advise.
    package var explanation: String {
        var parts = [outcome == .mayHavePerformed ? incident : remedy ?? advice]
        let faults = fields.map { $0.path.isEmpty ? $0.message : "\($0.path): \($0.message)" }
        if !faults.isEmpty, kind != .invalidRequest {
            parts.append("At fault: " + faults.joined(separator: "; ") + ".")
        }
        if case .http = kind {
            parts.append("\(gateway == .none ? "Quo" : "Maton's gateway") answered: \"\(message)\"")
        }
        if outcome == .mayHavePerformed {
            parts.append(
                "Nobody knows whether it was performed. It must not be repeated before someone has looked whether it was."
            )
        }
        return parts.joined(separator: " ") + " (" + reference.joined(separator: ", ") + ")"
    }

    private var reference: [String] {
        var parts = [operationID]
        if let status { parts.append("HTTP \(status)") }
        if let code { parts.append("code \(code)") }
        if let title { parts.append(title) }
        if let trace { parts.append("trace \(trace)") }
        return parts
    }

    private var advice: String {
        switch kind {
        case .http(let status): adviceOnGateway(status: status) ?? advice(status: status)
        case .transport(let error): advice(transport: error)
        case .invalidRequest, .undecodable: incident
        }
    }

    /// What happened, without advice: repeating a write whose outcome is unknown could do it twice.
    private var incident: String {
        switch kind {
        case .http(300..<400): Self.redirect
        case .http(408), .http(499): Self.gaveUp
        case .http: Self.failedInside
        case .transport(let error): error.message
        case .invalidRequest: message + " Nothing was sent."
        case .undecodable: message + " This is a fault of the API or of something between here and it."
        }
    }

    private static let redirect =
        "The API's address answered with a redirect, which is not followed, because it would carry the key to another"
        + " server. The owner checks QUO_BASE_URL."

    private static let gaveUp = "Quo or its gateway gave up before there was an answer."

    private static let failedInside = "Quo failed inside or could not be reached behind its gateway."

    private func advice(transport error: HTTPError) -> String {
        switch error.code {
        case .cannotResolve, .cannotConnect:
            error.message + " Check this machine's network, proxy settings and QUO_BASE_URL, then try again."
        case .tls:
            error.message
                + " Check this machine's clock, and whether a proxy that inspects traffic needs its certificate to be"
                + " configured. Trying again does not help."
        case .timedOut, .connectionLost: error.message + " The network or the API is in trouble; try again later."
        case .tooLarge: error.message + " Ask for less at once."
        case .cancelled, .unavailable: error.message
        }
    }

    private func advice(status: Int) -> String {
        switch status {
        case 300..<400: Self.redirect
        case 400, 422: refusal(status: status)
        case 401:
            "Quo did not accept the API key. Trying again does not help. The owner checks that the key is whole, current"
                + " and without \"Bearer\", or makes a new one in Quo's settings under API."
        case 402: paymentAdvice
        case 403: permissionAdvice
        case 404 where operationID == ReadOperation.getCallVoicemails.operation.id:
            "This call has no voicemail, which is normal; or there is no such call, which get_call would tell."
        case 404:
            "There is nothing by that identifier, or this key cannot see it. Take it from a list; do not guess another."
        case 408, 499: Self.gaveUp + " The request itself may be right; try again later."
        case 500...: Self.failedInside + " The request itself may be right; try again later."
        case 409: conflictAdvice
        case 429: rateAdvice
        default: "Quo refused the request."
        }
    }

    private func refusal(status: Int) -> String {
        switch code {
        case "0206400":
            "The message was not sent: US carriers only take texts from registered businesses, and this workspace's A2P"
                + " registration is missing or not yet approved. The text is not the cause and sending again does not help."
                + " The owner completes the registration in Quo's settings."
        case "0101400":
            "Calls are listed with exactly one other participant. Ask for one number at a time."
        case "0801400":
            "A custom field is unknown to the workspace or its value has the wrong type. Read the custom field definitions"
                + " first, then use their keys and types."
        case "0305400":
            "This webhook was made by another version of the API or in the app, and cannot be used through this one. The"
                + " owner changes it where it was made."
        default:
            status == 422
                ? "Quo understood the request but cannot do this with the resource as it is."
                : "Quo refused the request as incorrect. Correct what it names; the same request will be refused again."
        }
    }

    private var paymentAdvice: String {
        switch code {
        case "0200402": lacksCredit
        case "0201402": lapsed
        case "0600402":
            "The plan's limit of open tasks is reached. Complete or delete tasks, or the owner changes the plan."
        default:
            mentions("credit")
                ? lacksCredit
                : mentions("subscription") || mentions("expired")
                    ? lapsed : "Quo wants payment before it does this. The owner checks billing in Quo's settings."
        }
    }

    private var lacksCredit: String {
        "The prepaid credit does not cover the whole message, and nothing was sent. Trying again does not help until the"
            + " owner adds credit in Quo's settings under Billing."
    }

    private var lapsed: String {
        "The workspace's subscription has lapsed. The owner renews it in Quo's settings under Billing."
    }

    private var permissionAdvice: String {
        switch code {
        case "0204403":
            "The carriers' daily limit of texts for this workspace is reached. Try again tomorrow; until then every text"
                + " will be refused."
        case "0101403", "0202403", "0801403", "1001403":
            "The acting user does not belong to this phone number. Use a number of theirs, or the owner adds them to it."
        default:
            if mentions("synced") || mentions("integration") {
                "This contact is synced from another app and can be changed there only. Tell the user where."
            } else if mentions("phone number user") {
                "The acting user does not belong to this phone number. Use a number of theirs, or the owner adds them to it."
            } else if mentions("daily") {
                "The carriers' daily limit of texts for this workspace is reached. Try again tomorrow."
            } else if mentions("international") {
                "Texting abroad is off in this workspace. The owner can turn it on in Quo's settings."
            } else if mentions("restrict") {
                "This phone number may not reach that region. Use another number."
            } else if mentions("plan") || operationID.lowercased().contains("summar")
                || operationID.lowercased().contains("transcript")
            {
                "The key may not do this. Call summaries and transcripts need the Business or Scale plan; the owner checks"
                    + " the plan."
            } else {
                "The key or the acting user may not do this. Trying again does not help; the owner checks roles and plan."
            }
        }
    }

    private var conflictAdvice: String {
        code == "0800409" || mentions("contact")
            ? "The contact conflicts with one that exists, or was changed meanwhile. Read it again and use what is there."
            : "This conflicts with what exists, or with a change made meanwhile. Read it again before changing it."
    }

    private var rateAdvice: String {
        let limit = "The key's limit of 10 requests a second is used up, probably by another program with the same key."
        guard let retryAfter, retryAfter > .zero else {
            return limit + " Try again in a few seconds, with fewer requests."
        }
        return limit + " Quo asks to wait \(retryAfter.components.seconds) s."
    }

    private func mentions(_ word: String) -> Bool {
        (message + " " + (title ?? "")).lowercased().contains(word)
    }
}
