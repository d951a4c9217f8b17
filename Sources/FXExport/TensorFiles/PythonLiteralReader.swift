import FXCore

/// Reads the dictionary that is the header of an NPY file, and no more of Python than that.
///
///     {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
struct PythonLiteralReader {
  private let bytes: UnsafeRawBufferPointer
  /// The offset of the text in the file.
  private let base: Int
  private var offset = 0

  init(_ bytes: UnsafeRawBufferPointer, base: Int) {
    self.bytes = bytes
    self.base = base
  }

  /// Reads the whole text.
  ///
  /// - Throws: `npy.header`, `npy.dtype`.
  mutating func readHeader() throws(FXError) -> NPYHeader {
    var header = NPYHeader(dtype: .unknown, sizes: [])
    var seen: Set<String> = []
    try expect("{")
    while !take("}") {
      let start = offset
      let key = try readString()
      guard seen.insert(key).inserted else {
        throw error("the key '\(key)' comes twice", at: start)
      }
      try expect(":")
      switch key {
      case "descr":
        skipSpace()
        if let byte = peek(), byte == UInt8(ascii: "[") || byte == UInt8(ascii: "(") {
          throw FXError(
            .npyDType, "the elements are structures, which are none of a tensor",
            at: SourcePlace(offset: base + offset))
        }
        let place = base + offset
        try header.setDType(try readString(), at: place)
      case "fortran_order": header.isFortranOrder = try readBool()
      case "shape": header.sizes = try readTuple()
      default: throw error("the key '\(key)' is unknown", at: start)
      }
      if take(",") { continue }
      try expect("}")
      break
    }
    skipSpace()
    guard offset == bytes.count else { throw error("something follows the dictionary") }
    for key in ["descr", "fortran_order", "shape"] where !seen.contains(key) {
      throw error("the key '\(key)' is missing")
    }
    return header
  }

  private func error(_ message: String, at place: Int? = nil) -> FXError {
    FXError(.npyHeader, message, at: SourcePlace(offset: base + (place ?? offset)))
  }

  private func peek() -> UInt8? { offset < bytes.count ? bytes[offset] : nil }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x0A { offset += 1 }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard peek() == UInt8(ascii: character) else { return false }
    offset += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(FXError) {
    guard take(character) else { throw error("'\(character)' is expected") }
  }

  private mutating func readString() throws(FXError) -> String {
    skipSpace()
    guard let quote = peek(), quote == 0x27 || quote == 0x22 else {
      throw error("a text is expected")
    }
    offset += 1
    let start = offset
    while let byte = peek(), byte != quote {
      guard byte >= 0x20, byte < 0x7F, byte != 0x5C else { throw error("a plain text is expected") }
      offset += 1
    }
    guard peek() == quote else { throw error("the text has no end", at: start) }
    offset += 1
    return String(decoding: bytes[start..<offset - 1], as: UTF8.self)
  }

  private mutating func readBool() throws(FXError) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where bytes[offset...].starts(with: word.utf8) {
      offset += word.utf8.count
      return value
    }
    throw error("True or False is expected")
  }

  private mutating func readTuple() throws(FXError) -> [Int] {
    var numbers: [Int] = []
    try expect("(")
    while !take(")") {
      numbers.append(try readNumber())
      if take(",") { continue }
      // One number in parentheses is no tuple in Python.
      guard numbers.count > 1 else { throw error("',' is expected") }
      try expect(")")
      break
    }
    return numbers
  }

  private mutating func readNumber() throws(FXError) -> Int {
    skipSpace()
    let start = offset
    var number = 0
    while let byte = peek(), (0x30...0x39).contains(byte) {
      let (product, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, overflowToo) = product.addingReportingOverflow(Int(byte - 0x30))
      if overflow || overflowToo { throw error("the size does not fit 64 bits", at: start) }
      number = sum
      offset += 1
    }
    guard offset > start else { throw error("a size is expected") }
    return number
  }
}
