import FXCore
import FXGraph
import FXOperators

/// Turns what graphs know of values into fake values of a run, and back.
struct ShapeValues {
  let context: GraphContext
  let symbols: SymbolicContext

  /// Returns the number from which on no symbol of data has it, in ranges or in graphs.
  static func unbackedCount(of module: GraphModule, _ ranges: [String: ValueRange]) -> Int {
    let context = module.context
    var most = -1
    func note(_ name: String) {
      if name.first == "u", let number = Int(name.dropFirst()), number < 1 << 32 {
        most = max(most, number)
      }
    }
    func note(_ size: SymInt) {
      // Expressions that can't be read are errors where they are met.
      guard case .expr(let text) = size,
        let expression = try? context.expressions.parse(text.text)
      else { return }
      for name in expression.freeSymbols { note(name) }
    }
    func note(_ value: Value?) {
      switch value {
      case .tensor(let meta)?: for size in meta.sizes { note(size) }
      case .symInt(let size)?: note(size)
      case .list(let parts)?, .tuple(let parts)?: for part in parts { note(context.values[part]) }
      default: break
      }
    }
    for name in ranges.keys { note(name) }
    module.forEachGraphModule { _, module in
      for node in module.graph.nodes { note(context.values[node.valueID]) }
    }
    return most + 1
  }

  /// Returns the fake value of a node's metadata; nil where nothing is known of it.
  ///
  /// - Throws: `symbolic.*` for a size that can't be read.
  func fake(_ id: ValueID) throws -> IValue? {
    guard let value = context.values[id] else { return nil }
    switch value {
    case .none: return IValue.none
    case .tensor(let meta): return .fake(try fake(meta))
    case .symInt(let size):
      switch try self.size(size) {
      case .int(let number): return .int(number)
      case .expression(let expression):
        return .symbol(SymbolicScalar(expression, .int))
      }
    case .symFloat(.float(let number)): return .float(number)
    case .symFloat(.expr(let text)):
      return .symbol(
        SymbolicScalar(try context.expressions.parse(text.text).canonical(), .float))
    case .symBool(.bool(let truth)): return .bool(truth)
    case .symBool(.expr(let text)):
      return .symbol(
        SymbolicScalar(try context.expressions.parse(text.text).canonical(), .bool))
    case .bool(let truth): return .bool(truth)
    case .int(let number): return .int(number)
    case .float(let number): return .float(number)
    case .string(let text): return .string(text)
    case .customObject(let name, _): return .object(name)
    case .list(let parts): return .list(try parts.map { try fake($0) ?? .none })
    case .tuple(let parts): return .tuple(try parts.map { try fake($0) ?? .none })
    }
  }

  private func fake(_ meta: TensorMeta) throws -> FakeTensor {
    FakeTensor(
      meta.dtype, try meta.sizes.map { try size($0) },
      strides: try meta.strides.map { try size($0) },
      storageOffset: try size(meta.storageOffset), device: meta.device, layout: meta.layout,
      requiresGrad: meta.requiresGrad)
  }

  /// Reads a size and notes the example values of its symbols.
  func size(_ size: SymInt) throws -> SymbolicSize {
    switch size {
    case .int(let value): return .int(value)
    case .expr(let text):
      let expression = try context.expressions.parse(text.text).canonical()
      if case .symbol(let name, _) = expression, case .int(let hint)? = text.hint {
        symbols.note(hint: hint, of: name)
      }
      return SymbolicSize(expression)
    }
  }

  /// Returns what a graph knows of a fake value.
  ///
  /// - Parameter known: what it knew before, of which facts are kept that shapes don't tell.
  func value(of fake: IValue, known: Value?) -> Value? {
    switch fake {
    case .none: return Value.none
    case .fake(let tensor): return .tensor(meta(tensor, known: known?.tensor))
    case .symbol(let number):
      let text = SymExpr(number.expression.srepr, hint: hint(of: number))
      switch number.kind {
      case .int: return .symInt(.expr(text))
      case .float: return .symFloat(.expr(text))
      case .bool: return .symBool(.expr(text))
      }
    case .int(let value): return .int(value)
    case .float(let value): return .float(value)
    case .bool(let value): return .bool(value)
    case .string(let value): return .string(value)
    case .list(let parts): return parts.isEmpty ? .list([]) : .list(ids(of: parts, known))
    case .tuple(let parts): return .tuple(ids(of: parts, known))
    default: return known
    }
  }

  private func ids(of parts: [IValue], _ known: Value?) -> [ValueID] {
    let before = known?.elements ?? []
    return parts.enumerated().map { index, part in
      let old = index < before.count ? context.values[before[index]] : nil
      return value(of: part, known: old).map { context.values.intern($0) } ?? .unknown
    }
  }

  private func meta(_ tensor: FakeTensor, known: TensorMeta?) -> TensorMeta {
    TensorMeta(
      dtype: tensor.dtype, sizes: tensor.sizes.map { size($0) },
      requiresGrad: known?.requiresGrad ?? false, device: tensor.device,
      strides: tensor.strides.map { size($0) }, storageOffset: size(tensor.storageOffset),
      layout: tensor.layout, unknownFields: known?.unknownFields ?? [])
  }

  private func size(_ size: SymbolicSize) -> SymInt {
    switch size {
    case .int(let value): return .int(value)
    case .expression(let expression):
      let hint = symbols.hint(of: size).map { SymHint.int($0) }
      return .expr(SymExpr(expression.srepr, hint: hint))
    }
  }

  private func hint(of number: SymbolicScalar) -> SymHint? {
    let hints = symbols.hints
    let result = try? number.expression.evaluate { name in hints[name].map { .integer($0) } }
    switch (number.kind, result) {
    case (.int, .number(.integer(let value))?): return .int(value)
    case (.float, .number(let value)?): return .float(value.double)
    case (.bool, .truth(let value)?): return .bool(value)
    default: return nil
    }
  }
}
