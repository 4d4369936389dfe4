/// An automaton over digits in the number data: a set of digit strings, each with a label.
///
/// It is read in place: a step looks at the edges of one node, of which there are at most ten.
struct DigitAutomaton {
    /// Where the first node stands in the data; 0 for the automaton that accepts nothing.
    let root: Int

    /// The label of a digit string; nil where it is not in the set.
    func label(of digits: some Sequence<UInt8>) -> Int? {
        var found: Int?
        let end = walk(digits) { _, label in found = label }
        return end.labelled ? found : nil
    }

    /// The label of the longest string of the set that the digits begin with.
    func labelOfLongestPrefix(of digits: some Sequence<UInt8>) -> Int? {
        var found: Int?
        walk(digits) { _, label in found = label }
        return found
    }

    /// The labels of all strings of the set that begin with the digits.
    func labels(beginningWith digits: some Sequence<UInt8>) -> Set<Int> {
        var address = root
        for digit in digits {
            guard address != 0, let next = Node(at: address).child(for: digit) else { return [] }
            address = next
        }
        var labels: Set<Int> = []
        var pending = address == 0 ? [] : [address]
        while let next = pending.popLast() {
            let node = Node(at: next)
            if let label = node.label { labels.insert(label) }
            node.forEachEdge { _, child in
                pending.append(child)
                return true
            }
        }
        return labels
    }

    /// Follows the digits as far as there are edges, and tells every label on the way with the digits taken until then.
    ///
    /// Answers whether all digits were taken and the last of them led to a labelled node.
    @discardableResult
    func walk(
        _ digits: some Sequence<UInt8>, visit: (_ length: Int, _ label: Int) -> Void
    ) -> (taken: Int, labelled: Bool) {
        guard root != 0 else { return (0, false) }
        var node = Node(at: root)
        var taken = 0
        if let label = node.label { visit(0, label) }
        for digit in digits {
            guard let next = node.child(for: digit) else { return (taken, false) }
            node = Node(at: next)
            taken += 1
            if let label = node.label { visit(taken, label) }
        }
        return (taken, node.label != nil)
    }
}

/// One node of an automaton, as scripts/make-number-data lays it out.
private struct Node {
    let label: Int?
    private let edgeCount: Int
    /// The mask of the only edge, where the node's first digit tells it.
    private let onlyMask: Int?
    private let edges: Int

    init(at address: Int) {
        let head = NumberData.integer(at: address, digits: 1)
        onlyMask = head < 22 ? nil : NumberData.commonMask(head - 22)
        label = (11..<22).contains(head) ? NumberData.integer(at: address + 1, digits: 2) : nil
        edgeCount = head < 11 ? head : head < 22 ? head - 11 : 1
        edges = address + (label == nil ? 1 : 3)
    }

    func child(for digit: UInt8) -> Int? {
        var found: Int?
        forEachEdge { mask, child in
            if mask >> Int(digit) & 1 == 1 { found = child }
            return found == nil
        }
        return found
    }

    /// Tells each edge, its mask of digits and the address of its node, until the body says no.
    func forEachEdge(_ body: (_ mask: Int, _ child: Int) -> Bool) {
        var position = edges
        for _ in 0..<edgeCount {
            let mask: Int
            if let onlyMask {
                mask = onlyMask
            } else {
                let index = NumberData.integer(at: position, digits: 1)
                if index < 63 {
                    mask = NumberData.commonMask(index)
                    position += 1
                } else {
                    mask = NumberData.integer(at: position + 1, digits: 2)
                    position += 3
                }
            }
            // Frequent nodes have addresses of two digits, all others have three.
            let first = NumberData.integer(at: position, digits: 1)
            let width = first < 32 ? 2 : 3
            let child = NumberData.integer(at: position, digits: width) - (first < 32 ? 0 : 32 << 12)
            guard body(mask, child) else { return }
            position += width
        }
    }
}

extension NumberData {
    /// One byte of the data.
    static func byte(at offset: Int) -> UInt8 {
        precondition(offset >= 0 && offset < text.utf8CodeUnitCount, "an offset beyond the number data")
        return text.utf8Start[offset]
    }

    /// A number of some base-64 digits.
    static func integer(at offset: Int, digits: Int) -> Int {
        var value = 0
        for index in 0..<digits { value = value << 6 | Int(byte(at: offset + index) &- 48) }
        return value
    }

    /// One of the masks of digits that are so frequent that they have a short form.
    static func commonMask(_ index: Int) -> Int {
        integer(at: automata + 2 * index, digits: 2)
    }

    /// What stands in some bytes up to the padding.
    static func word(at offset: Int, atMost length: Int) -> String {
        var word = ""
        for index in 0..<length {
            let byte = byte(at: offset + index)
            if byte == UInt8(ascii: " ") { break }
            word.unicodeScalars.append(Unicode.Scalar(byte))
        }
        return word
    }
}
