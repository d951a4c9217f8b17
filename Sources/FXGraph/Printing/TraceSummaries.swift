import FXCore

/// The comments of readable prints: where the source of the following nodes is.
struct TraceSummaries {
  private let context: GraphContext
  private var previous = ""
  /// Summaries by metadata, since neighbours share it.
  private var known: [MetadataID: String] = [:]

  init(context: GraphContext) { self.context = context }

  /// Returns the comment to put before a node; nil where it is that of the node before.
  mutating func newSummary(of node: Node) -> String? {
    let summary: String
    if let found = known[node.metadataID] {
      summary = found
    } else {
      summary = Self.summary(custom: node.metadata("custom"), trace: node.metadata("stack_trace"))
      known[node.metadataID] = summary
    }
    if summary == previous { return nil }
    previous = summary
    return summary
  }

  private static func summary(custom: String?, trace: String?) -> String {
    var annotation = ""
    if let custom, let text = AnnotationText.shown(json: custom) {
      annotation = " Annotation: \(text)"
    }
    let source =
      trace.flatMap { innermostFrame(of: $0) } ?? "No stacktrace found for following nodes"
    return "\n#\(annotation) \(source)\n"
  }

  /// Returns `File: NAME:LINE in FUNCTION, code: CODE` of the last frame of a stack trace.
  static func innermostFrame(of trace: String) -> String? {
    let lines = stripped(trace[...]).split(separator: "\n", omittingEmptySubsequences: false)
    for index in lines.indices.dropLast().reversed() {
      guard let frame = frame(in: stripped(lines[index])) else { continue }
      return "\(frame), code: \(stripped(lines[index + 1]))"
    }
    return nil
  }

  /// Takes `File "NAME", line LINE, in FUNCTION` apart; the name may hold quotes itself.
  private static func frame(in line: Substring) -> String? {
    let opening = "File \""
    let middle = Array("\", line ".utf8)
    guard line.hasPrefix(opening) else { return nil }
    let bytes = Array(line.utf8)
    var start = bytes.count - middle.count
    while start > opening.utf8.count {
      defer { start -= 1 }
      guard bytes[start...].starts(with: middle) else { continue }
      let numberStart = start + middle.count
      var end = numberStart
      while end < bytes.count, bytes[end] >= 48, bytes[end] <= 57 { end += 1 }
      guard end > numberStart, bytes[end...].starts(with: ", in ".utf8), end + 5 < bytes.count
      else { continue }
      let name = String(decoding: bytes[opening.utf8.count..<start], as: UTF8.self)
      let number = String(decoding: bytes[numberStart..<end], as: UTF8.self)
      return "File: \(name):\(number) in \(String(decoding: bytes[(end + 5)...], as: UTF8.self))"
    }
    return nil
  }

  /// Returns the text without white space at its ends, as Python's `strip`.
  private static func stripped(_ text: Substring) -> Substring {
    var result = text
    while let first = result.first, first.isWhitespace { result.removeFirst() }
    while let last = result.last, last.isWhitespace { result.removeLast() }
    return result
  }
}
