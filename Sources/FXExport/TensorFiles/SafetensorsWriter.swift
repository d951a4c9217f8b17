import FXCore

/// Writes files of safetensors, as the format's own library does; names beyond ASCII are escaped.
public enum SafetensorsWriter {
  /// Writes tensors, each contiguous; the caller commits the output.
  ///
  /// Tensors are sorted by dtype, the widest first, and name, so that each is aligned.
  ///
  /// - Parameter metadata: texts for `__metadata__`; loaders for PyTorch want the format `pt`.
  /// - Throws: `safetensors.name`, `safetensors.dtype`, `tensor.size`, or what writing throws.
  public static func write(
    _ tensors: [NamedTensor], metadata: [(key: String, text: String)] = [("format", "pt")],
    to output: AtomicOutput
  ) throws {
    let (header, order) = try layout(tensors, metadata)
    try header.withUnsafeBytes { try output.write($0) }
    for tensor in order { try tensor.tensor.forEachPiece { try output.write($0) } }
  }

  /// Lays out the header, its length before it, and the order of the tensors.
  ///
  /// - Throws: `safetensors.name`, `safetensors.dtype`, `tensor.size`.
  static func layout(
    _ tensors: [NamedTensor], _ metadata: [(key: String, text: String)]
  ) throws -> (header: [UInt8], order: [NamedTensor]) {
    var names: Set<[UInt8]> = ["__metadata__".utf8.map { $0 }]
    var ranked: [(rank: Int, dtype: StaticString, named: NamedTensor)] = []
    for named in tensors {
      let place = SourcePlace(path: named.name)
      guard names.insert(Array(named.name.utf8)).inserted else {
        throw FXError(.safetensorsName, "the name '\(named.name)' is taken or reserved", at: place)
      }
      guard let (dtype, rank) = SafetensorsDType.name(of: named.tensor.dtype) else {
        throw FXError(
          .safetensorsDType,
          "the tensor '\(named.name)' is \(named.tensor.dtype.name), which safetensors doesn't have",
          at: place)
      }
      ranked.append((rank, dtype, named))
    }
    ranked.sort { a, b in
      a.rank != b.rank
        ? a.rank > b.rank : a.named.name.utf8.lexicographicallyPrecedes(b.named.name.utf8)
    }
    var sink = ByteSink()
    sink.write("{")
    if !metadata.isEmpty {
      sink.write("\"__metadata__\":{")
      for (index, entry) in metadata.enumerated() {
        if index > 0 { sink.write(",") }
        sink.writeJSON(entry.key)
        sink.write(":")
        sink.writeJSON(entry.text)
      }
      sink.write(ranked.isEmpty ? "}" : "},")
    }
    var end = 0
    for (index, entry) in ranked.enumerated() {
      if index > 0 { sink.write(",") }
      let (next, overflow) = end.addingReportingOverflow(entry.named.tensor.byteCount)
      if overflow { throw FXError(.tensorSize, "the tensors have more bytes than 64 bits count") }
      let sizes = entry.named.tensor.sizes.map { "\($0)" }.joined(separator: ",")
      sink.writeJSON(entry.named.name)
      sink.write(":{\"dtype\":\"")
      sink.write(entry.dtype)
      sink.write("\",\"shape\":[\(sizes)],\"data_offsets\":[\(end),\(next)]}")
      end = next
    }
    sink.write("}")
    while sink.byteCount % 8 != 0 { sink.write(" ") }
    guard sink.byteCount <= Limits.safetensorsHeader.value else {
      throw FXError(
        .safetensorsHeader, "the header would have \(sink.byteCount) bytes",
        beyond: Limits.safetensorsHeader)
    }
    let length = withUnsafeBytes(of: UInt64(sink.byteCount).littleEndian) { Array($0) }
    return (length + Array(sink.bytes), ranked.map(\.named))
  }
}
