import FXCore
import FXGraph

/// What is wrong with a value, wherever it occurs.
struct ValueFault {
  var severity: Finding.Severity
  var code: FXError.Code
  var message: String
}

/// Checks what is known of values: tensor metadata and symbols.
extension VerifierRun {
  /// Checks the values of a graph, in the order of the dictionaries of a file.
  mutating func checkValues(_ scope: GraphScope) {
    var sections: [[Finding]] = Array(repeating: [], count: Self.sectionNames.count)
    for node in scope.graph.nodes where node.kind != .output {
      guard node.valueID != .unknown else { continue }
      gather(node.valueID, name: node.name, node: node, scope, &sections)
    }
    for (name, value) in scope.graph.unclaimedValues {
      let section = self.section(of: value) ?? 0
      sections[section].append(
        Finding(
          .warning, .unclaimedValue, "a value is given for '\(name)', which no node defines",
          at: SourcePlace(path: "\(scope.path).\(Self.sectionNames[section]).\(name)"),
          submodule: scope.isTop ? nil : scope.submodule))
      gather(value, name: name, node: nil, scope, &sections)
    }
    for section in sections { findings += section }
  }

  private static let sectionNames = [
    "tensor_values", "sym_int_values", "sym_bool_values", "custom_obj_values", "sym_float_values",
  ]

  private func section(of id: ValueID) -> Int? {
    switch context.values[id] {
    case .tensor: 0
    case .symInt: 1
    case .symBool: 2
    case .customObject: 3
    case .symFloat: 4
    default: nil
    }
  }

  private mutating func gather(
    _ id: ValueID, name: String, node: Node?, _ scope: GraphScope, _ sections: inout [[Finding]]
  ) {
    if let node, let parts = context.values[id]?.elements {
      gatherUnused(parts, of: node, scope, &sections)
      return
    }
    guard let section = section(of: id) else { return }
    let faults = faults(of: id)
    if faults.isEmpty { return }
    let place = SourcePlace(
      path: "\(scope.path).\(Self.sectionNames[section]).\(name)", node: node?.name)
    for fault in faults where fault.code != .symbolUnbounded || reportsFirst(fault) {
      sections[section].append(
        Finding(
          fault.severity, fault.code, fault.message, at: place,
          submodule: scope.isTop ? nil : scope.submodule))
    }
  }

  /// Checks the parts of several results that no getitem node takes.
  private mutating func gatherUnused(
    _ parts: [ValueID], of node: Node, _ scope: GraphScope, _ sections: inout [[Finding]]
  ) {
    let users = scope.graph.getitems(of: node.id.rawValue, count: parts.count)
    for (index, part) in parts.enumerated() where users[index] < 0 {
      // An unused list of results is written with names of its own; its tensors are seldom wrong.
      if context.values.isAggregate(part) { continue }
      gather(part, name: "\(node.name)_unused_\(index)", node: nil, scope, &sections)
    }
  }

  /// A symbol without a range is reported where it occurs first.
  private mutating func reportsFirst(_ fault: ValueFault) -> Bool {
    reported.insert("symbol \(fault.message)").inserted
  }

  // MARK: Faults of a value

  private mutating func faults(of id: ValueID) -> [ValueFault] {
    if let known = valueFaults[id] { return known }
    var faults: [ValueFault] = []
    switch context.values[id] {
    case .tensor(let meta): addFaults(of: meta, to: &faults)
    case .symInt(.expr(let expression)), .symFloat(.expr(let expression)),
      .symBool(.expr(let expression)):
      addFaults(of: expression, to: &faults)
    default: break
    }
    valueFaults[id] = faults
    return faults
  }

  private func addFaults(of meta: TensorMeta, to faults: inout [ValueFault]) {
    func fail(_ code: FXError.Code, _ message: String) {
      faults.append(ValueFault(severity: .error, code: code, message: message))
    }
    if meta.dtype == .unknown { fail(.tensorDType, "the element type is unknown") }
    if meta.layout == .unknown { fail(.tensorLayout, "the layout is unknown") }
    if meta.device.type.isEmpty {
      fail(.tensorDevice, "the device has no type")
    } else if !meta.device.hasValidType {
      fail(.tensorDevice, "'\(meta.device.type)' is not the name of a device")
    } else if !Device.knownTypes.contains(meta.device.type) {
      faults.append(
        ValueFault(
          severity: .warning, code: .tensorDevice,
          message: "PyTorch has no device '\(meta.device.type)' unless a library adds it"))
    }
    let isDense = meta.layout == .strided || meta.layout == .unknown
    let hasRank = meta.strides.count == meta.sizes.count
    if !hasRank, isDense || !meta.strides.isEmpty {
      fail(
        .tensorRank, "the tensor has \(meta.sizes.count) sizes and \(meta.strides.count) strides")
    }
    let numbers = [
      ("size", meta.sizes), ("stride", meta.strides), ("offset", [meta.storageOffset]),
    ]
    var isNegative = false
    for (what, list) in numbers {
      guard let number = list.lazy.compactMap(\.int).first(where: { $0 < 0 }) else { continue }
      isNegative = true
      fail(.tensorNegative, "the \(what) \(number) is negative")
    }
    if !isNegative, hasRank, meta.isStatic, meta.requiredByteCount == nil {
      fail(.tensorOverflow, "the tensor's bytes are more than 64 bits can count")
    }
    if meta.requiresGrad, meta.dtype != .unknown, !meta.dtype.isDifferentiable {
      fail(.tensorGradient, "a tensor of \(meta.dtype.name) can't require a gradient")
    }
    for value in meta.sizes + meta.strides + [meta.storageOffset] {
      if case .expr(let expression) = value { addFaults(of: expression, to: &faults) }
    }
  }

  // MARK: Symbols

  private func addFaults(of expression: SymExpr, to faults: inout [ValueFault]) {
    let parsed: SymbolicExpression
    do throws(FXError) {
      parsed = try context.expressions.parse(expression.text)
    } catch {
      // What can't be read stays as it is; PyTorch may know more functions, but no other grammar.
      faults.append(
        ValueFault(
          severity: error.code == .symbolicSyntax ? .error : .warning, code: error.code,
          message: "the expression '\(Self.shortened(expression.text))' can't be read: \(error)"))
      return
    }
    let symbols = parsed.freeSymbols
    for symbol in symbols where ranges[symbol] == nil && !Self.isUnbacked(symbol) {
      faults.append(
        ValueFault(
          severity: .warning, code: .symbolUnbounded, message: "the symbol '\(symbol)' has no range"
        ))
    }
    // Only a hint of a lone symbol is that symbol's.
    guard case .symbol = parsed, case .int(let hint)? = expression.hint,
      let range = ranges[symbols[0]]
    else { return }
    if hint < range.min ?? Int.min || hint > range.max ?? Int.max {
      faults.append(
        ValueFault(
          severity: .error, code: .symbolHint,
          message: "the example value \(hint) of '\(symbols[0])' lies outside of its range"))
    }
  }

  /// Returns the beginning of a text that may be very long.
  private static func shortened(_ text: String) -> String {
    text.utf8.count > 80 ? text.prefix(80) + "…" : text
  }

  /// Tells whether a symbol stands for a number that is known only when the program runs.
  private static func isUnbacked(_ symbol: String) -> Bool {
    for prefix in ["zuf", "u"] where symbol.hasPrefix(prefix) {
      return symbol.dropFirst(prefix.count).first?.isNumber ?? false
    }
    return false
  }
}

extension ScalarType {
  /// Tells whether tensors of the type can require gradients: floating-point and complex numbers.
  fileprivate var isDifferentiable: Bool {
    switch self {
    case .unknown, .uint8, .int8, .int16, .int32, .int64, .bool, .uint16, .uint32, .uint64: false
    case .float16, .float32, .float64, .complex32, .complex64, .complex128, .bfloat16,
      .float8E4M3FN, .float8E5M2, .float8E4M3FNUZ, .float8E5M2FNUZ, .float8E8M0FNU:
      true
    }
  }
}
