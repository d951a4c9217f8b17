import FXCore
import FXGraph

/// Compares what two contexts number differently: strings, values and metadata.
final class ContextPair {
  let a: GraphContext
  let b: GraphContext
  /// The first context's atom by the second's: `unasked`, or below `none` for a string that the
  /// first does not have.
  private var atoms: [Int32]
  private var values: [UInt64: Bool] = [:]

  private static let unasked = Int32.min

  init(_ a: GraphContext, _ b: GraphContext) {
    self.a = a
    self.b = b
    atoms = [Int32](repeating: Self.unasked, count: b.strings.count)
  }

  /// Returns the number that the first context has for a string of the second, or a negative one of
  /// its own where the first does not have it.
  func number(_ atom: Atom) -> Int32 {
    if atom.isNone { return -1 }
    let index = Int(atom.rawValue)
    if atoms.count <= index {
      let missing = index + 1 - atoms.count
      atoms += [Int32](repeating: Self.unasked, count: missing)
    }
    if atoms[index] == Self.unasked {
      atoms[index] = a.strings.find(b.strings[atom])?.rawValue ?? -2 - atom.rawValue
    }
    return atoms[index]
  }

  func isSame(_ atomA: Atom, _ atomB: Atom) -> Bool { atomA.rawValue == number(atomB) }

  /// Tells whether two values are equal.
  func isSame(_ valueA: ValueID, _ valueB: ValueID) -> Bool {
    if valueA == .unknown || valueB == .unknown { return valueA == valueB }
    let key =
      UInt64(UInt32(bitPattern: valueA.rawValue)) << 32
      | UInt64(UInt32(bitPattern: valueB.rawValue))
    if let known = values[key] { return known }
    let result: Bool
    switch (a.values[valueA], b.values[valueB]) {
    case (.list(let partsA), .list(let partsB)), (.tuple(let partsA), .tuple(let partsB)):
      result = partsA.count == partsB.count && zip(partsA, partsB).allSatisfy { isSame($0, $1) }
    case (.float(let x), .float(let y)): result = x.bitPattern == y.bitPattern
    case (let x, let y): result = x == y
    }
    values[key] = result
    return result
  }

  /// Returns the texts in which two lists of metadata differ, whatever their order.
  func differences(_ metadataA: MetadataID, _ metadataB: MetadataID) -> [NodeChange.Text] {
    let entriesA = a.metadata.entries(of: metadataA)
    let entriesB = b.metadata.entries(of: metadataB)
    if entriesA.count == entriesB.count,
      zip(entriesA, entriesB).allSatisfy({ isSame($0.key, $1.key) && isSame($0.text, $1.text) })
    {
      return []
    }
    var result: [NodeChange.Text] = []
    for entry in entriesA {
      let other = entriesB.first { isSame(entry.key, $0.key) }
      if let other, isSame(entry.text, other.text) { continue }
      result.append(
        NodeChange.Text(
          key: a.strings[entry.key], a: a.strings[entry.text],
          b: other.map { b.strings[$0.text] }))
    }
    for entry in entriesB where !entriesA.contains(where: { isSame($0.key, entry.key) }) {
      result.append(
        NodeChange.Text(key: b.strings[entry.key], a: nil, b: b.strings[entry.text]))
    }
    return result
  }
}
