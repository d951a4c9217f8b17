import FXCore

/// A type annotation as Python spells it, taken apart: `typing.Dict[str, list[int]]`.
struct TypeAnnotation {
  struct Form {
    var name: String
    var arguments: [Form] = []
  }

  /// How deep annotations may be nested; deeper ones are shown as they are.
  static var depthLimit: Int { Limits.typeDepth.value }

  private let scalars: [Character]
  private var position = 0

  init(text: String) { scalars = Array(text) }

  /// Returns the parts; nil where the text is no such annotation.
  mutating func parse() -> Form? {
    guard let form = union(depth: 0), position == scalars.count else { return nil }
    return form
  }

  /// Parses `A | B`, which code spells `typing.Union[A, B]`.
  private mutating func union(depth: Int) -> Form? {
    guard depth < Self.depthLimit, var result = single(depth: depth) else { return nil }
    while take(" | ") {
      guard let next = single(depth: depth) else { return nil }
      if result.name == "typing.Union" {
        result.arguments.append(next)
      } else {
        result = Form(name: "typing.Union", arguments: [result, next])
      }
    }
    return result
  }

  private mutating func single(depth: Int) -> Form? {
    if take("()") { return Form(name: "()") }
    let start = position
    while position < scalars.count, !"[], |".contains(scalars[position]) { position += 1 }
    guard position > start else { return nil }
    var form = Form(name: String(scalars[start..<position]))
    if form.name == "None" { form.name = "NoneType" }
    guard take("[") else { return form }
    repeat {
      guard let argument = union(depth: depth + 1) else { return nil }
      form.arguments.append(argument)
    } while take(", ") || take(",")
    guard take("]") else { return nil }
    if form.name == "typing.Optional" {
      form = Form(name: "typing.Union", arguments: form.arguments + [Form(name: "NoneType")])
    }
    return form
  }

  private mutating func take(_ text: String) -> Bool {
    guard scalars[position...].starts(with: text) else { return false }
    position += text.count
    return true
  }
}
