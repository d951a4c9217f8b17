import FXCore
import FXOperators
import FXTensor

/// Operators that call another operator, which is an argument.
extension HigherOrderOperator {
  static let wrappers = [withEffects, outDType, autoFunctionalized, autoFunctionalizedV2, printing]

  /// `with_effects(token, operator, *args, **kwargs)`
  static let withEffects = HigherOrderOperator(name: "with_effects") {
    arguments, keywords, emitter in
    guard arguments.count >= 2 else { throw wrong("with_effects") }
    let operands = Array(arguments.dropFirst(2))
    let result: IValue
    if case .module = arguments[1] {
      result = try run(arguments[1], operands, emitter)
    } else {
      let called = try resolved(arguments[1], emitter)
      result = try emitter.emit(called, called.complete(operands, keywords))
      // A list is one result; the parts of a tuple are results of their own.
      if case .list = result { return .tuple([arguments[0], result]) }
    }
    return .tuple([arguments[0]] + (result.elements ?? [result]))
  }

  /// `out_dtype(operator, dtype, *args)`
  static let outDType = HigherOrderOperator(name: "out_dtype") { arguments, _, emitter in
    guard arguments.count >= 2, case .dtype(let dtype) = arguments[1] else {
      throw wrong("out_dtype")
    }
    var promotion = TypePromotion()
    try promotion.add(dtype, hasDimensions: true)
    let operands = Array(arguments.dropFirst(2))
    for operand in operands where operand.isTensor {
      try promotion.add(operand.dtype, hasDimensions: operand.rank > 0)
    }
    let common = try promotion.result()
    let converted = try operands.map {
      $0.isTensor ? try emitter.converted($0, to: common) : $0
    }
    let called = try resolved(arguments[0], emitter)
    let result = try emitter.emit(called, called.complete(converted, []))
    guard result.isTensor else { throw wrong("out_dtype") }
    return try emitter.converted(result, to: dtype)
  }

  /// `auto_functionalized(operator, **kwargs)`: calls it with copies of what it writes to.
  static let autoFunctionalized = HigherOrderOperator(name: "auto_functionalized") {
    arguments, keywords, emitter in
    guard let target = arguments.first else { throw wrong("auto_functionalized") }
    let called = try resolved(target, emitter)
    var operands = keywords
    var written: [IValue] = []
    for parameter in called.schema.parameters where parameter.isWritten {
      guard let place = operands.firstIndex(where: { $0.name == parameter.name }) else { continue }
      operands[place].value = try copied(operands[place].value, emitter)
      written.append(operands[place].value)
    }
    let result = try emitter.emit(called, called.complete([], operands))
    return .tuple(parts(of: result) + written)
  }

  /// `auto_functionalized_v2(operator, **kwargs)`: as the first version, with written arguments as
  /// views of bases, of which there are copies.
  static let autoFunctionalizedV2 = HigherOrderOperator(name: "auto_functionalized_v2") {
    arguments, keywords, emitter in
    guard let target = arguments.first else { throw wrong("auto_functionalized_v2") }
    let called = try resolved(target, emitter)
    let given = keywords.first { $0.name == "_all_bases" }?.value.elements ?? []
    let bases = try given.map { try copied($0, emitter) }
    let views = ViewReader(keywords: keywords, bases: bases, emitter: emitter)
    var operands = keywords.filter { keyword in
      called.schema.parameters.contains { $0.name == keyword.name }
    }
    for parameter in called.schema.parameters where parameter.isWritten {
      guard let value = try views.argument(parameter.name) else { continue }
      operands.append((name: parameter.name, value: value))
    }
    let result = try emitter.emit(called, called.complete([], operands))
    return .tuple(parts(of: result) + bases)
  }

  /// Regenerates the views of bases that are written to.
  private struct ViewReader {
    let keywords: [(name: String, value: IValue)]
    let bases: [IValue]
    let emitter: any Emitter

    /// Returns the argument of a parameter; nil where nothing is known of it.
    func argument(_ name: String) throws -> IValue? {
      if case .int(let count)? = value("_\(name)_length") {
        return .list(try (0..<count).map { try view("_\(name)_\($0)") ?? .none })
      }
      return try view("_\(name)")
    }

    private func value(_ name: String) -> IValue? {
      keywords.first { $0.name == name }?.value
    }

    private func view(_ prefix: String) throws -> IValue? {
      guard case .int(let index)? = value(prefix + "_base_index"), bases.indices.contains(index)
      else { return nil }
      let base = bases[index]
      if let offset = value(prefix + "_storage_offset"), let sizes = value(prefix + "_size"),
        let strides = value(prefix + "_stride")
      {
        return try emitter.call("aten::as_strided", base, list(sizes), list(strides), offset)
      }
      if let axis = value(prefix + "_slice_dim"), let start = value(prefix + "_slice_start"),
        let end = value(prefix + "_slice_end")
      {
        return try emitter.call("aten::slice.Tensor", base, axis, start, end)
      }
      return value(prefix + "_alias") == nil ? base : try emitter.call("aten::alias", base)
    }

    private func list(_ value: IValue) -> IValue { .list(value.elements ?? []) }
  }

  /// `print(format, *args)`
  static let printing = HigherOrderOperator(name: "print") { arguments, keywords, _ in
    guard case .string(let format)? = arguments.first else { throw wrong("print") }
    var rest = arguments.dropFirst()
    var text = ""
    var pieces = format[...]
    while let open = pieces.firstIndex(of: "{"), let close = pieces[open...].firstIndex(of: "}") {
      let name = pieces[pieces.index(after: open)..<close]
      text += pieces[..<open]
      let value = keywords.first { $0.name == name }?.value ?? rest.popFirst()
      text += value?.pythonText ?? ""
      pieces = pieces[pieces.index(after: close)...]
    }
    print(text + pieces)
    return .none
  }

  /// Finds the operator that an argument names.
  private static func resolved(
    _ value: IValue, _ emitter: any Emitter
  ) throws -> ResolvedOperator {
    guard case .object(let target) = value, let name = OperatorName(target: target) else {
      throw FXError(.argumentType, "the argument is \(value.kindName), expected an operator")
    }
    return try emitter.library.resolved(name)
  }

  /// Copies tensors with their strides.
  private static func copied(_ value: IValue, _ emitter: any Emitter) throws -> IValue {
    switch value {
    case .tensor(let tensor): .tensor(try tensor.copyOfStorage())
    case .fake: try emitter.call("aten::clone", value)
    case .list(let parts): .list(try parts.map { try copied($0, emitter) })
    default: value
    }
  }

  /// Returns the results of an operator: a list is one, None is one.
  private static func parts(of result: IValue) -> [IValue] {
    if case .tuple(let parts) = result { return parts }
    return [result]
  }
}

extension IValue {
  /// The value as Python prints it.
  fileprivate var pythonText: String {
    switch self {
    case .none: "None"
    case .tensor(let tensor): "\(tensor)"
    case .bool(let value): value ? "True" : "False"
    case .int(let value): "\(value)"
    case .float(let value): "\(Scalar.float(value))"
    case .complex(let real, let imaginary): "\(Scalar.complex(real, imaginary))"
    case .string(let value), .object(let value): value
    case .list(let parts): "[" + parts.map(\.pythonText).joined(separator: ", ") + "]"
    case .tuple(let parts): "(" + parts.map(\.pythonText).joined(separator: ", ") + ")"
    default: kindName
    }
  }
}
