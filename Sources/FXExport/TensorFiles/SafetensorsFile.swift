import FXCore

/// Reads a file of safetensors: named tensors as views of the mapped file.
///
///     8 bytes: length of the header, then the header, then the tensors' bytes without holes
///     {"__metadata__": {KEY: TEXT}, NAME: {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}
///
/// The reader is strict: whatever two readers could take differently is refused.
public struct SafetensorsFile: Sendable {
  /// The tensors in the header's order.
  public private(set) var tensors: [NamedTensor] = []
  /// The texts of `__metadata__` in the header's order.
  public private(set) var metadata: [(key: String, text: String)] = []
  private var indices: [[UInt8]: Int] = [:]

  /// Opens the file at `path`, or on the standard input for `-`.
  ///
  /// - Throws: `file.*`, or as `init(_:)` does.
  public init(path: String) throws { try self.init(MappedFile(path: path)) }

  /// Reads and checks the header; no tensor's bytes are looked at.
  ///
  /// - Throws: `safetensors.header`, `safetensors.offsets`, `safetensors.dtype`,
  ///   `safetensors.name`, `tensor.storage` or a `json` code, with the file and the byte offset.
  public init(_ file: MappedFile) throws(FXError) {
    do throws(FXError) {
      let (header, start) = try Self.header(of: file.bytes)
      var entries: [Entry] = []
      do throws(FXError) {
        entries = try readHeader(header)
      } catch {
        var moved = error
        if let offset = moved.place.offset { moved.place.offset = offset + Self.prefix }
        throw moved
      }
      try Self.checkCoverage(entries, dataCount: file.bytes.count - start)
      for entry in entries {
        let bytes = file.bytes[start + entry.range.lowerBound..<start + entry.range.upperBound]
        let storage = MemberBytes(UnsafeRawBufferPointer(rebasing: bytes), owner: file)
        do throws(FXError) {
          tensors.append(
            NamedTensor(
              entry.name,
              try TensorView(contiguous: entry.dtype, sizes: entry.sizes, bytes: storage)))
        } catch {
          throw FXError(
            .safetensorsOffsets, "the tensor '\(entry.name)' \(error.message)",
            at: SourcePlace(path: entry.name))
        }
      }
    } catch {
      throw error.inMember(file.path)
    }
  }

  /// Tells whether bytes begin as a file of safetensors does.
  public static func isRecognized(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let (header, _) = try? header(of: bytes) else { return false }
    return header.first == 0x7B
  }

  /// Returns the tensor of a name.
  public subscript(name: String) -> TensorView? {
    indices[Array(name.utf8)].map { tensors[$0].tensor }
  }

  // MARK: Header

  /// The bytes of the header's length.
  private static let prefix = 8

  private struct Entry {
    var name: String
    var dtype = ScalarType.unknown
    var sizes: [Int] = []
    var range = 0..<0
  }

  /// Returns the header and the offset of the tensors' bytes.
  private static func header(
    of bytes: UnsafeRawBufferPointer
  ) throws(FXError) -> (UnsafeRawBufferPointer, Int) {
    func error(_ message: String) -> FXError {
      FXError(.safetensorsHeader, message, at: SourcePlace(offset: 0))
    }
    guard bytes.count >= prefix else { throw error("the file is shorter than a header's length") }
    let length = UInt64(littleEndian: bytes.loadUnaligned(as: UInt64.self))
    guard length <= UInt64(Limits.safetensorsHeader.value) else {
      throw FXError(
        .safetensorsHeader,
        "the header has \(length) bytes, so this is probably not a safetensors file",
        beyond: Limits.safetensorsHeader, at: SourcePlace(offset: 0))
    }
    let end = prefix + Int(length)
    guard end <= bytes.count else {
      throw error("the header has \(length) bytes, the file only \(bytes.count - prefix) after it")
    }
    return (UnsafeRawBufferPointer(rebasing: bytes[prefix..<end]), end)
  }

  private mutating func readHeader(
    _ bytes: UnsafeRawBufferPointer
  ) throws(FXError) -> [Entry] {
    var reader = JSONReader(bytes)
    guard bytes.first == 0x7B else {
      throw reader.error(.safetensorsHeader, "the header does not begin with '{'")
    }
    var entries: [Entry] = []
    var hasMetadata = false
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("__metadata__") {
        if hasMetadata { throw reader.error(.safetensorsName, "'__metadata__' comes twice") }
        hasMetadata = true
        try readMetadata(&reader)
        continue
      }
      let name = key.string
      guard indices.updateValue(entries.count, forKey: Array(name.utf8)) == nil else {
        throw reader.error(.safetensorsName, "two tensors are named '\(name)'")
      }
      entries.append(try Self.readEntry(name, &reader))
    }
    try reader.finish()
    return entries
  }

  private mutating func readMetadata(_ reader: inout JSONReader) throws(FXError) {
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      metadata.append((key.string, try reader.readString()))
    }
  }

  private static func readEntry(
    _ name: String, _ reader: inout JSONReader
  ) throws(FXError) -> Entry {
    var entry = Entry(name: name)
    var fields = FieldSet()
    _ = try reader.peek()
    let start = reader.offset
    try reader.beginObject()
    var isFirst = true
    while let key = try reader.nextKey(&isFirst) {
      if key.equals("dtype") {
        try fields.note(0, reader, key)
        let text = try reader.readText()
        guard let dtype = SafetensorsDType.dtype(text) else {
          throw reader.error(
            .safetensorsDType,
            "the tensor '\(name)' has the dtype '\(text.string)', which FXKit "
              + "doesn't know")
        }
        entry.dtype = dtype
      } else if key.equals("shape") {
        try fields.note(1, reader, key)
        entry.sizes = try readNumbers(&reader)
      } else if key.equals("data_offsets") {
        try fields.note(2, reader, key)
        let ends = try readNumbers(&reader)
        guard ends.count == 2, ends[0] <= ends[1] else {
          throw reader.error(
            .safetensorsOffsets, "the tensor '\(name)' has no begin and end, in this order")
        }
        entry.range = ends[0]..<ends[1]
      } else {
        // The format's own library leaves them out too.
        try reader.skipValue()
      }
    }
    try fields.require(0, "dtype", reader, at: start)
    try fields.require(1, "shape", reader, at: start)
    try fields.require(2, "data_offsets", reader, at: start)
    return entry
  }

  private static func readNumbers(_ reader: inout JSONReader) throws(FXError) -> [Int] {
    var numbers: [Int] = []
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      let number = try reader.readInt()
      guard number >= 0 else {
        throw reader.error(.safetensorsHeader, "a size or offset is negative")
      }
      numbers.append(number)
    }
    return numbers
  }

  /// Throws unless the tensors' ranges cover all bytes, each once.
  private static func checkCoverage(_ entries: [Entry], dataCount: Int) throws(FXError) {
    let order = entries.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    var end = 0
    for entry in order {
      let place = SourcePlace(path: entry.name)
      guard entry.range.lowerBound == end else {
        throw FXError(
          .safetensorsOffsets,
          entry.range.lowerBound < end
            ? "the tensor '\(entry.name)' shares bytes with another"
            : "the bytes \(end) to \(entry.range.lowerBound) belong to no tensor", at: place)
      }
      end = entry.range.upperBound
      guard end <= dataCount else {
        throw FXError(
          .safetensorsOffsets,
          "the tensor '\(entry.name)' ends at byte \(end), the data at \(dataCount)", at: place)
      }
    }
    guard end == dataCount else {
      throw FXError(
        .safetensorsOffsets, "the last \(dataCount - end) bytes belong to no tensor")
    }
  }
}
