import FXKit

/// Options and steps that all commands share which read a document.
extension Command {
  static let modelOption = Option.value(
    "model", "NAME", "Take the program of this name from an archive that has several.")

  static let inputOperand = Operand(
    name: "IN", help: "A .pt2 archive, model JSON, FX JSON or FX text, told by content; '-' reads standard input.")
}

extension Document {
  /// Reads the document that a command names, with progress on a terminal.
  static func read(_ path: String, _ arguments: Arguments, _ console: Console) throws -> Document {
    var lastPercent = -1
    let document = try Document(path: path, model: arguments.value("model")) { done, all in
      let percent = done * 100 / max(all, 1)
      // Small documents are read before anybody could look.
      if all < 1 << 24 || percent == lastPercent { return }
      lastPercent = percent
      console.progress("reading \(path): \(percent) %")
    }
    if lastPercent >= 0 { console.progress("") }
    return document
  }
}

/// Finds the form in which a command writes.
///
/// - Throws: `document.unsuitableForm` where the path's ending says nothing and there is no option.
func outputForm(
  _ path: String, option: String?, fallback: DocumentForm?
) throws -> DocumentForm {
  if let option, let form = DocumentForm(rawValue: option) { return form }
  if let form = DocumentForm(path: path) { return form }
  if let fallback { return fallback }
  throw FXError(
    .unsuitableForm,
    "the ending of '\(path)' names no form; use .pt2, .json, .fx.json or .fx, or --to")
}
