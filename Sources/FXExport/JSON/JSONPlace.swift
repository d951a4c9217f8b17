import FXCore

/// Finds the path of a place in a JSON document: `graph_module.graph.nodes[3].inputs[0].arg`.
///
/// Readers keep only byte offsets; the path is found afterwards by reading the document again up to
/// the offset, so that it costs nothing where there is no error.
struct JSONPlace {
  /// A step from a value into one of its parts.
  private enum Step {
    case key(JSONText)
    case index(Int)
  }

  private var reader: JSONReader
  private let target: Int
  /// The steps to the value that is being read.
  private var steps: [Step] = []

  private init(_ bytes: UnsafeRawBufferPointer, target: Int) {
    reader = JSONReader(bytes)
    self.target = target
  }

  /// Returns the path of the innermost value that holds the byte at an offset.
  static func path(in bytes: UnsafeRawBufferPointer, at offset: Int) -> String {
    var place = JSONPlace(bytes, target: offset)
    // The reader throws where the document is at fault; the steps so far are then the answer.
    _ = try? place.descend()
    var path = ""
    for step in place.steps {
      switch step {
      case .key(let key): path += path.isEmpty ? key.string : ".\(key.string)"
      case .index(let index): path += "[\(index)]"
      }
    }
    return path
  }

  /// Reads a value; tells whether it holds the target, to which the steps then lead.
  private mutating func descend() throws(FXError) -> Bool {
    let kind = try reader.peek()
    if reader.offset >= target { return true }
    var isFirst = true
    switch kind {
    case .object:
      try reader.beginObject()
      while let key = try reader.nextKey(&isFirst) {
        if try step(.key(key)) { return true }
      }
    case .array:
      var index = 0
      try reader.beginArray()
      while try reader.nextElement(&isFirst) {
        if try step(.index(index)) { return true }
        index += 1
      }
    default: try reader.skipValue()
    }
    return target < reader.offset
  }

  /// Reads the part behind a step; tells whether the search is at its end.
  private mutating func step(_ step: Step) throws(FXError) -> Bool {
    steps.append(step)
    var ahead = reader
    _ = try? ahead.peek()
    // A place before the part is its key or what separates it: the whole is meant.
    if target < ahead.offset {
      steps.removeLast()
      return true
    }
    if try descend() { return true }
    steps.removeLast()
    return false
  }
}
