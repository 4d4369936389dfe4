extension Policy {
    /// What the owner decided otherwise than the profile.
    package struct Overrides: Sendable, Equatable {
        /// For changes of that risk; nil leaves it to the profile.
        package var write: Decision?
        /// See ``write``.
        package var send: Decision?
        /// See ``write``.
        package var destructive: Decision?
        /// See ``write``.
        package var exposing: Decision?
        /// For single tools, by name; these go before the risks.
        package var tools: [String: Decision] = [:]

        /// What is decided for a risk.
        package subscript(risk: Risk) -> Decision? {
            switch risk {
            case .write: write
            case .send: send
            case .destructive: destructive
            case .exposing: exposing
            }
        }
    }

    /// Whom texts may reach, and from which of the owner's lines.
    package struct Recipients: Sendable, Equatable {
        /// Whom texts may reach; empty means everybody, but then no text goes without a person.
        package var allow: [NumberPattern] = []
        /// Whom no text may reach, even if ``allow`` names them.
        package var deny: [NumberPattern] = []
        /// Whether texts reach only people who are among the contacts.
        package var knownContactsOnly = false
        /// The owner's lines that may send, each by its `PN...` id or its number; empty means all.
        package var from: [String] = []
        /// What happens to a text to several people at once; the stricter of this and the send's own decision counts.
        package var groups: Decision = .approve

        /// How the lists judge a number.
        package enum Admission: Sendable, Equatable {
            /// The lists let it pass.
            case admitted
            /// This entry of ``Recipients/deny`` stops it.
            case denied(NumberPattern)
            /// ``Recipients/allow`` does not name it.
            case unlisted
        }

        /// Judges a number in E.164 form.
        package func admission(of number: String) -> Admission {
            if let pattern = deny.first(where: { $0.matches(number) }) { return .denied(pattern) }
            return allow.isEmpty || allow.contains { $0.matches(number) } ? .admitted : .unlisted
        }
    }

    /// When texts may go, by the clock of the person whom they reach.
    package struct QuietHours: Sendable, Equatable {
        /// Whether the hours are kept.
        package var isEnabled = true
        /// When texts may first go.
        package var from = TimeOfDay(minutes: 8 * 60)
        /// From when on they may no longer, later than ``from``.
        package var to = TimeOfDay(minutes: 21 * 60)
        /// What happens where the number does not tell the time zone.
        package var unknownZone: Decision = .approve
    }

    /// Whether people who asked for no more texts are left alone.
    package struct OptOut: Sendable, Equatable {
        /// Whether the thread is searched for a request to stop.
        package var isChecked = true
        /// How many of the latest messages of the thread are searched, 1 to 100.
        package var lookbackMessages = 50
        /// How many minutes a finding is good for; 0 searches before every text.
        package var cacheMinutes = 0
    }

    /// When a text counts as one that was sent before.
    package struct Duplicates: Sendable, Equatable {
        /// The hours in which the same request is not performed twice; 0 looks for none.
        package var windowHours = 24
        /// The minutes in which nearly the same text to the same person is asked about; 0 looks for none.
        package var nearMinutes = 10
    }

    /// Whom the profile `reply-only` counts as someone to reply to.
    package struct Replies: Sendable, Equatable {
        /// The hours since the person wrote or called.
        package var windowHours = 72
    }

    /// How much may happen in windows that slide; 0 means nothing, and there is no value for "as much as you like".
    package struct Budgets: Sendable, Equatable {
        /// Texts a minute, whoever receives them.
        package var sendsPerMinute = 40
        /// Texts an hour.
        package var sendsPerHour = 60
        /// Texts in 24 hours.
        package var sendsPerDay = 200
        /// Texts an hour to one person.
        package var perRecipientPerHour = 5
        /// Texts in 24 hours to one person.
        package var perRecipientPerDay = 20
        /// People in 24 hours who were never texted before.
        package var newRecipientsPerDay = 40
        /// Message segments, by which texts are billed, in 24 hours.
        package var segmentsPerDay = 500
        /// Estimated cost of texts in 24 hours, in US cents.
        package var centsPerDay = 500
        /// Contacts created or updated an hour.
        package var contactChangesPerHour = 60
        /// Contacts deleted an hour.
        package var contactDeletesPerHour = 10
    }

    /// How a person's approval is asked for.
    package struct Approvals: Sendable, Equatable {
        /// Minutes until a question that nobody answered lapses.
        package var pendingMinutes = 15
        /// Minutes until an approval that nobody used lapses.
        package var grantedMinutes = 5
        /// A decline in fewer milliseconds counts as nobody having seen the question.
        package var fastDeclineMilliseconds = 1000
        /// Whether the riskiest changes need something typed that only the form shows: exposing ones, deletes, and texts to more than
        /// 5 people.
        package var typedConfirmation = true
    }

    /// What the audit keeps.
    package struct Audit: Sendable, Equatable {
        /// Whether texts and numbers are kept as they are instead of masked.
        package var clearText = false
        /// Days until a line is removed, and a settled effect from the ledger unless a longer window counts it.
        package var keepDays = 365
    }
}
