import FXCore

/// One thing that the verifier has to say about a program: how grave it is, what, and where.
public struct Finding: Hashable, Sendable, CustomStringConvertible {
  /// How grave a finding is.
  public enum Severity: String, Hashable, Sendable {
    /// PyTorch refuses the program, or running it must go wrong.
    case error
    /// PyTorch takes the program, but something in it is odd or needs attention.
    case warning
  }

  /// How grave it is.
  public var severity: Severity
  /// The kind of finding.
  public var code: FXError.Code
  /// What was found and what was expected, as one sentence without a full stop.
  public var message: String
  /// The place in the model JSON and the node, as far as the finding speaks of one.
  public var place: SourcePlace
  /// The path of the submodule whose graph it is; nil for the program's own graph and the rest.
  public var submodule: String?

  /// Makes a finding.
  public init(
    _ severity: Severity, _ code: FXError.Code, _ message: String, at place: SourcePlace,
    submodule: String? = nil
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.place = place
    self.submodule = submodule
  }

  /// Tells whether the finding is an error.
  public var isError: Bool { severity == .error }

  public var description: String { line }

  /// Returns the finding as one line of text.
  ///
  ///     error: graph_module.graph.nodes[3] (node 'add'): it has no value [graph.missingValue]
  public var line: String {
    var text = "\(severity.rawValue): "
    if let member = place.member { text += "\(member): " }
    text += place.path ?? ""
    var details: [String] = []
    if let submodule { details.append("submodule '\(submodule)'") }
    if let node = place.node { details.append("node '\(node)'") }
    if !details.isEmpty {
      if !(place.path ?? "").isEmpty { text += " " }
      text += "(\(details.joined(separator: ", ")))"
    }
    if !(place.path ?? "").isEmpty || !details.isEmpty { text += ": " }
    return (text + "\(message) [\(code)]").singleLine()
  }

  /// Returns the finding as one line of JSON: severity, code, message, and the place where known.
  public var jsonLine: String {
    var sink = ByteSink()
    sink.write("{\"severity\": ")
    sink.writeJSON(severity.rawValue)
    Self.write(", \"code\": ", code.rawValue, to: &sink)
    Self.write(", \"message\": ", message, to: &sink)
    Self.write(", \"member\": ", place.member, to: &sink)
    Self.write(", \"path\": ", place.path, to: &sink)
    Self.write(", \"submodule\": ", submodule, to: &sink)
    Self.write(", \"node\": ", place.node, to: &sink)
    sink.write("}")
    return sink.string()
  }

  private static func write(_ key: StaticString, _ text: String?, to sink: inout ByteSink) {
    guard let text else { return }
    sink.write(key)
    sink.writeJSON(text)
  }
}
