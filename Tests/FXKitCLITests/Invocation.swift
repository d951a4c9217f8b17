import FXTestSupport
import Foundation

@testable import FXKitCLI

/// One run of the command inside the test's process, with what it wrote.
struct Invocation {
  let status: Int32
  let output: [UInt8]
  /// The lines on standard error; a text of several lines, such as a graph, is one entry.
  let errors: [String]

  /// - Parameter isTerminal: whether the command takes standard output for a terminal.
  init(_ arguments: [String], isTerminal: Bool = false) {
    var output: [UInt8] = []
    var errors: [String] = []
    var console = Console(
      writeOutput: { output.append(contentsOf: $0) }, writeError: { errors.append($0) },
      isInteractive: isTerminal)
    status = Tool.run(arguments, &console)
    self.output = output
    self.errors = errors
  }

  init(_ arguments: String...) { self.init(arguments) }

  var text: String { String(decoding: output, as: UTF8.self) }

  var lines: [Substring] { text.split(separator: "\n") }

  /// Returns the output as an object of JSON; empty where it is none.
  var object: [String: Any] { json(output) as? [String: Any] ?? [:] }
}

/// Returns what a JSON text holds; nil where it is none.
func json(_ bytes: some Sequence<UInt8>) -> Any? {
  try? JSONSerialization.jsonObject(with: Data(bytes))
}

/// Calls `body` with every object that has a key, wherever it stands.
func forEachObject(with key: String, in value: Any?, _ body: ([String: Any]) -> Void) {
  if let object = value as? [String: Any] {
    if object[key] != nil { body(object) }
    for part in object.values { forEachObject(with: key, in: part, body) }
  } else if let parts = value as? [Any] {
    for part in parts { forEachObject(with: key, in: part, body) }
  }
}
