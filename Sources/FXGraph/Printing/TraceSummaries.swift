import FXCore

/// The comments of readable prints: where the source of the following nodes is.
struct TraceSummaries {
  private let context: GraphContext
  private var previous = ""
  private let keys: [Atom?]
  /// Summaries by the texts that they are made of, of which there are few.
  private var known: [Texts: String] = [:]

  /// The texts that a summary is made of; none for one that a node lacks.
  private struct Texts: Hashable {
    var custom = Atom.none
    var trace = Atom.none
  }

  init(context: GraphContext) {
    self.context = context
    keys = ["custom", "stack_trace"].map { context.strings.find($0) }
  }

  /// Returns the comment to put before a node; nil where it is that of the node before.
  mutating func newSummary(of node: Node) -> String? {
    var texts = Texts()
    for entry in context.metadata.entries(of: node.metadataID).reversed() {
      if entry.key == keys[0] { texts.custom = entry.text }
      if entry.key == keys[1] { texts.trace = entry.text }
    }
    let summary: String
    if let found = known[texts] {
      summary = found
    } else {
      func text(_ atom: Atom) -> String? { atom.isNone ? nil : context.strings[atom] }
      summary = Self.summary(custom: text(texts.custom), trace: text(texts.trace))
      known[texts] = summary
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
