import FXCore

extension SchemaUpgrade {
  /// Spells None as `true`.
  ///     {"as_none": []}   →   {"as_none": true}
  static let noneIsTrue = SchemaUpgrade(
    from: (7, 3), to: (8, 2), "None is true, and not an empty list"
  ) { document in
    document.forEachEntry { entry in
      // A tensor may be called `as_none` too, and its value is an object.
      guard entry.key == "as_none" else { return }
      if case .object = entry.value { return }
      entry.value = .scalar("true")
    }
  }

  /// Tags booleans as such: PyTorch 2.5 took constant inputs and outputs that are for numbers.
  ///     {"as_int": true}   →   {"as_bool": true}
  static let booleansAreNoNumbers = SchemaUpgrade(
    from: (7, 3), to: (8, 2), "constant booleans are as_bool, and not as_int"
  ) { document in
    document.forEachEntry { entry in
      guard entry.key == "as_int", entry.value == .scalar("true") || entry.value == .scalar("false")
      else { return }
      entry = JSONTree.Entry(key: "as_bool", value: entry.value)
    }
  }

  /// Spells expressions so that they keep what is assumed of their symbols.
  ///     "s0 + 1"   →   "Add(Symbol('s0', positive=True, integer=True), Integer(1))"
  static let expressionsAreRepresentations = SchemaUpgrade(
    from: (7, 3), to: (8, 2), "expressions are SymPy's srepr, and not its str"
  ) { document in
    let nonPositive = document["range_constraints"].map(symbolsBelowOne) ?? []
    document.forEachEntry { entry in
      guard entry.key == "expr_str", let text = entry.value.string else { return }
      if let representation = StringExpression.srepr(of: text, nonPositive: nonPositive) {
        entry.value = .string(representation)
      }
    }
  }

  private static func symbolsBelowOne(_ ranges: JSONTree) -> Set<String> {
    guard case .object(let entries) = ranges else { return [] }
    return Set(
      entries.filter { entry in
        guard let low = entry.value["min_val"] else { return false }
        return low == .scalar("-Infinity") || low.int.map { $0 < 0 } ?? false
      }.map(\.key))
  }

  /// Leaves out the ends that ranges don't have.
  ///     {"min_val": 2, "max_val": Infinity}   →   {"min_val": 2, "max_val": null}
  static let openRangesAreNull = SchemaUpgrade(
    from: (7, 3), to: (8, 2), "open ends of ranges are null, and not infinite or the largest number"
  ) { document in
    guard case .object(var entries)? = document["range_constraints"] else { return }
    for index in entries.indices {
      for end in ["min_val", "max_val"] {
        guard case .scalar(let text)? = entries[index].value[end] else { continue }
        let isOpen = text == "Infinity" || text == "-Infinity" || isAtLimit(text)
        if isOpen { entries[index].value[end] = .scalar("null") }
      }
    }
    document["range_constraints"] = .object(entries)
  }

  /// Tells whether a number is as far out as Python's integers of one word, or further.
  private static func isAtLimit(_ text: String) -> Bool {
    guard let value = Double(text) else { return false }
    return abs(value) >= 0x1p62
  }

  /// Adds what is known of symbolic floats, and the names of a module's arguments.
  static let symFloatsAndArgumentNames = SchemaUpgrade(
    from: (7, 3), to: (8, 2), "graphs have sym_float_values, calls have forward_arg_names",
    adding: [.symFloatValues, .forwardArgNames])

  /// Says of a higher-order operator's single result whether it is a tuple's.
  ///     [{"as_tensors": [x]}]   →   [{"as_tensor": x}] and "is_hop_single_tensor_return": false
  static let higherOrderReturns = SchemaUpgrade(
    from: (8, 2), to: (8, 7), "higher-order operators say whether they return one tensor or a tuple"
  ) { document in document.mapNodes(\.withSingleReturnFlag) }

  /// Quotes the numbers that JSON does not have.
  ///     {"as_float": -Infinity}   →   {"as_float": "-Infinity"}
  static let quotedNonFinites = SchemaUpgrade(
    from: (8, 2), to: (8, 7), "numbers that are not finite are quoted"
  ) { document in document.quoteNonFinites() }

  /// Adds the fields of the namedtuples in tree specs.
  static let namedTuples = SchemaUpgrade(
    from: (8, 7), to: (8, 8), "namedtuples are listed with their fields",
    adding: [.namedTupleFields, .hopReturn, .deviceIndex, .hint, .callSignature])

  /// Adds the guards as code.
  static let guards = SchemaUpgrade(
    from: (8, 8), to: (8, 14), "guards are listed as code", adding: .guardsCode)

  /// Adds the names of nodes.
  static let nodeNames = SchemaUpgrade(
    from: (8, 15), to: (8, 20), "nodes have names", adding: .nodeName)
}

extension JSONTree {
  /// Replaces every node of every graph.
  fileprivate mutating func mapNodes(_ change: (JSONTree) -> JSONTree) {
    forEachEntry { entry in
      guard entry.key == "nodes", let nodes = entry.value.elements else { return }
      entry.value = .array(nodes.map(change))
    }
  }

  /// The node with the flag that schema 8.7 has, where it is a higher-order call of one result.
  fileprivate var withSingleReturnFlag: JSONTree {
    let flag = "is_hop_single_tensor_return"
    guard let target = self["target"]?.string, target.hasPrefix("torch.ops.higher_order."),
      let outputs = self["outputs"]?.elements, outputs.count == 1
    else { return self }
    if let known = self[flag], known != .scalar("null") { return self }
    var node = self
    if let tensors = outputs[0]["as_tensors"]?.elements, tensors.count == 1 {
      node["outputs"] = .array([.object([Entry(key: "as_tensor", value: tensors[0])])])
      node[flag] = .scalar("false")
    } else if outputs[0]["as_none"] == nil {
      node[flag] = .scalar("true")
    }
    return node
  }

  /// Quotes the constants that Python adds to JSON, wherever they are.
  fileprivate mutating func quoteNonFinites() {
    switch self {
    case .scalar(let text):
      if ["NaN", "Infinity", "-Infinity"].contains(text) { self = .scalar("\"\(text)\"") }
    case .array(var parts):
      self = .scalar("")
      for index in parts.indices { parts[index].quoteNonFinites() }
      self = .array(parts)
    case .object(var entries):
      self = .scalar("")
      for index in entries.indices { entries[index].value.quoteNonFinites() }
      self = .object(entries)
    }
  }
}
