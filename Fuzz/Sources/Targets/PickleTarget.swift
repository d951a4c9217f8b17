import FXKit

extension FuzzTarget {
  /// Pickles: plain values are written as a pickle and read again.
  static let pickle = FuzzTarget(
    "pickle", pace: 3000, seeds: { try $0.pickles().flatMap(Seeds.data) },
    mutate: PickleMutator.mutate,
    check: { bytes in
      let value = try PickleValue(pickle: bytes, keepsObjects: true)
      _ = value.namedEntries
      var written: [UInt8] = [0x80, 2]
      guard append(value, to: &written) else { return true }
      written.append(UInt8(ascii: "."))
      let again = try FuzzFailure.unlessDone("reading what was written") {
        try written.withUnsafeBytes { try PickleValue(pickle: $0) }
      }
      // Compared as text, in which a NaN is like itself.
      try FuzzFailure.unless("\(again)" == "\(value)", "a pickle changes when it is written")
      return true
    })

  /// Writes a value as a pickle; tells whether it is one of plain values.
  private static func append(_ value: PickleValue, to bytes: inout [UInt8]) -> Bool {
    func number(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
    func all(_ values: [PickleValue], _ end: UInt8) -> Bool {
      bytes.append(UInt8(ascii: "("))
      for value in values where !append(value, to: &bytes) { return false }
      bytes.append(end)
      return true
    }
    switch value {
    case .none: bytes.append(UInt8(ascii: "N"))
    case .bool(let value): bytes.append(value ? 0x88 : 0x89)
    case .int(let value): bytes += [0x8A, 8] + number(UInt64(bitPattern: Int64(value)), 8)
    case .float(let value):
      bytes += [UInt8(ascii: "G")] + number(value.bitPattern, 8).reversed()
    case .string(let text):
      bytes += [UInt8(ascii: "X")] + number(UInt64(text.utf8.count), 4) + Array(text.utf8)
    case .bytes(let data):
      bytes += [UInt8(ascii: "B")] + number(UInt64(data.count), 4) + data
    case .tuple(let values): return all(values, UInt8(ascii: "t"))
    case .list(let values): return all(values, UInt8(ascii: "l"))
    case .set(let values): return all(values, 0x91)
    case .dictionary(let entries):
      return all(entries.flatMap { [$0.key, $0.value] }, UInt8(ascii: "d"))
    case .complex, .object, .tensor, .size, .dtype, .device, .layout: return false
    }
    return true
  }
}
