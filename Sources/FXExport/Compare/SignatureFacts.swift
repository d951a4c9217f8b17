import FXCore
import FXGraph

/// Lists what a signature says, entry by entry.
enum SignatureFacts {
  /// Lists the inputs. With a map they are those of the second program, in the first one's terms.
  static func inputs(_ program: ExportedProgram, _ names: NameMap?) -> FactList {
    var list = FactList()
    let placeholders = program.graph.placeholders
    for (index, spec) in program.signature.inputs.enumerated() {
      let node = index < placeholders.count ? placeholders[index] : nil
      let place = node.flatMap { names?.position(of: $0) }
      let key = names == nil ? "\(index)" : place.map { "\($0)" } ?? "new \(index)"
      let name = spec.literalName ?? node?.name ?? "?"
      list.add(
        key, "%\(name): \(describe(spec))".singleLine(),
        comparing: "\(spec.literalName ?? "") \(describe(spec))")
    }
    return list
  }

  /// Lists the outputs. With a map they are those of the second program, in the first one's terms.
  static func outputs(_ program: ExportedProgram, _ names: NameMap?) -> FactList {
    var list = FactList()
    let placeholders = program.graph.placeholders
    let outputNames = program.outputNames
    for (index, spec) in program.signature.outputs.enumerated() {
      var text = spec.kindName
      var key = spec.kindName
      var compared = spec.literalName ?? ""
      if let target = spec.target {
        text += " \(target)"
        key += " \(target)"
      }
      switch spec.userInput {
      case .input(let position)?:
        let node = position < placeholders.count ? placeholders[position] : nil
        text += " %\(node?.name ?? "?")"
        let mapped = node.flatMap { names?.position(of: $0) } ?? position
        key += " input \(names == nil ? position : mapped)"
      case .literal(let name)?:
        text += " '\(name)'"
        key += " '\(name)'"
      case nil: break
      }
      if case .userOutput(.constant(let value)) = spec.kind {
        text += " \(describe(value))"
        compared += " \(describe(value))"
      }
      compared += spec.unknownFields.map { "\($0.key): \($0.json)" }.joined()
      let name = outputNames[index].map { "%\($0): " } ?? ""
      list.add(key, "\(name)\(text)".singleLine(), comparing: compared)
    }
    return list
  }

  private static func describe(_ spec: InputSpec) -> String {
    var text = spec.kindName
    switch spec.kind {
    case .userInput(.constant(let value)), .constantInput(_, let value):
      text += " \(describe(value))"
    case .buffer(_, let target, let isPersistent):
      text += " \(target)\(isPersistent ? "" : " (not persistent)")"
    case .customObject(_, let className, let target): text += " \(target) of \(className)"
    case .parameter(_, let target), .tensorConstant(_, let target): text += " \(target)"
    case .userInput(.value), .token: break
    }
    return text + spec.unknownFields.map { " \($0.key): \($0.json)" }.joined()
  }

  private static func describe(_ value: ConstantValue) -> String {
    switch value {
    case .none: "None"
    case .int(let number): "\(number)"
    case .float(let number): PythonText.float(number)
    case .string(let text): PythonText.string(text)
    case .bool(let truth): truth ? "True" : "False"
    }
  }
}
