import FXKit

extension FuzzTarget {
  /// JSON by itself: skipping and reading agree, and what is read is written and read again.
  static let json = FuzzTarget(
    "json", pace: 2500,
    seeds: { try $0.files("programs", ending: ".json", below: 3_000) + $0.jsonCases() },
    mutate: JSONMutator(words: SchemaWords.all).mutate,
    check: { bytes in
      var skipping = JSONReader(bytes)
      let skipped = Result { () throws(FXError) in
        try skipping.skipValue()
        try skipping.finish()
      }
      var reading = JSONReader(bytes)
      var sink = ByteSink()
      let read = Result { () throws(FXError) in
        try copy(&reading, to: &sink)
        try reading.finish()
      }
      switch (skipped, read) {
      case (.success, .success): break
      case (.failure(let one), .failure(let other)):
        try FuzzFailure.unless(one == other, "skipping finds \(one), reading \(other)")
        throw one
      default: throw FuzzFailure("skipping and reading disagree")
      }
      var again = JSONReader(sink.bytes)
      var copied = ByteSink()
      try FuzzFailure.unlessDone("reading what was written") {
        try copy(&again, to: &copied)
        try again.finish()
      }
      try FuzzFailure.unless(
        copied.bytes.elementsEqual(sink.bytes), "JSON changes when it is read and written again")
      return true
    })

  /// Reads a value and writes it as Python would; numbers as they are spelled.
  private static func copy(_ reader: inout JSONReader, to sink: inout ByteSink) throws(FXError) {
    var isFirst = true
    var count = 0
    switch try reader.peek() {
    case .object:
      try reader.beginObject()
      sink.write("{")
      while let key = try reader.nextKey(&isFirst) {
        if count > 0 { sink.write(", ") }
        count += 1
        sink.writeJSON(key.string)
        sink.write(": ")
        try copy(&reader, to: &sink)
      }
      sink.write("}")
    case .array:
      try reader.beginArray()
      sink.write("[")
      while try reader.nextElement(&isFirst) {
        if count > 0 { sink.write(", ") }
        count += 1
        try copy(&reader, to: &sink)
      }
      sink.write("]")
    case .string: sink.writeJSON(try reader.readString())
    case .bool: sink.writeJSON(try reader.readBool())
    case .null:
      try reader.readNull()
      sink.write("null")
    case .number:
      var ahead = reader
      if let value = try? ahead.readInt() {
        reader = ahead
        sink.write(value)
        return
      }
      ahead = reader
      if let value = try? ahead.readDouble() {
        reader = ahead
        sink.writeJSON(value)
        return
      }
      // A number that no type holds.
      try reader.skipValue()
      sink.write("0")
    }
  }
}
