/// How far an effect has come.
package enum EffectState: String, Sendable, CaseIterable {
    /// It waits for a person.
    case pending
    /// A person has approved it, and it may be taken once.
    case granted
    /// A person has refused it, or withdrew the approval.
    case denied
    /// Nobody decided, or nobody took it, in time.
    case expired
    /// Its request is being made.
    case inFlight
    /// The API has performed it.
    case done
    /// The API has not performed it.
    case failed
    /// Nobody knows whether the API has performed it.
    case unknown

    /// The states that it may change to; there is no other way.
    package var successors: Set<EffectState> {
        switch self {
        case .pending: [.granted, .denied, .expired]
        case .granted: [.inFlight, .denied, .expired]
        case .inFlight: [.done, .failed, .unknown]
        case .unknown: [.done, .failed]
        case .denied, .expired, .done, .failed: []
        }
    }

    /// The states in which an effect can come to be.
    package static let initial: Set<EffectState> = [.pending, .inFlight]

    /// The states that say what became of a request.
    package static var outcomes: [EffectState] { allCases.filter(inFlight.successors.contains) }

    /// Whether it can change no more; then what it said is erased.
    package var isFinal: Bool { successors.isEmpty }

    /// Whether it must be taken as performed until someone has looked.
    package var isUnresolved: Bool { self == .inFlight || self == .unknown }
}
