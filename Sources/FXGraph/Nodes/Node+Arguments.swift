import FXCore

/// The arguments of a node. Editing one leaves the others as they are, with what their file says.
extension Node {
  /// Reads or sets the positional arguments. Setting keeps the schema names of equal positions.
  public var args: [Argument] {
    get { graph.arguments(in: record.args) }
    nonmutating set { replaceArgs(0..<argCount, with: newValue) }
  }

  /// Reads or sets the keyword arguments, in order.
  public var kwargs: [NamedArgument] {
    get {
      record.kwargs.indices.map {
        let cell = graph.storage.pointee.cells[$0]
        return NamedArgument(graph.context.strings[cell.key], graph.argument(cell))
      }
    }
    nonmutating set { replaceKwargs(0..<Int(record.kwargs.count), with: newValue) }
  }

  /// Returns the number of positional arguments.
  public var argCount: Int { Int(record.args.count) }

  /// Returns one positional argument; nil beyond the last.
  public func arg(_ index: Int) -> Argument? {
    let range = record.args
    guard index >= 0, index < range.count else { return nil }
    return graph.argument(graph.storage.pointee.cells[range.start + Int32(index)])
  }

  /// Returns the keyword argument of a name.
  public func kwarg(_ name: String) -> Argument? { kwargs.first { $0.name == name }?.value }

  /// Reads or sets the names that the operator's schema gives the positional arguments.
  ///
  /// An empty name is that of a higher-order operator's argument, nil an unknown one.
  public var argNames: [String?] {
    get {
      record.args.indices.map {
        let key = graph.storage.pointee.cells[$0].key
        return key.isNone ? nil : graph.context.strings[key]
      }
    }
    nonmutating set {
      precondition(newValue.count == argCount, "as many names as arguments")
      if newValue.contains(nil) { graph.storage.pointee.mayHoldUnnamedCalls = true }
      for (index, name) in zip(record.args.indices, newValue) {
        graph.storage.pointee.cells[index].key =
          name.map { graph.context.strings.intern($0) } ?? .none
      }
    }
  }

  /// Tells whether a positional argument has no name, as those of nodes made by hand have none.
  package var hasUnnamedArguments: Bool {
    let cells = graph.storage.pointee.cells
    return record.args.indices.contains { cells[$0].key.isNone }
  }

  /// Replaces one positional argument (torch.fx's `update_arg`).
  public func setArg(_ index: Int, to value: Argument) {
    replaceArgs(index..<index + 1, with: [value])
  }

  /// Removes positional arguments; those behind them move up.
  public func removeArgs(_ stretch: Range<Int>) { replaceArgs(stretch, with: []) }

  /// Replaces, adds or removes (nil) one keyword argument (torch.fx's `update_kwarg`).
  public func setKwarg(_ name: String, to value: Argument?) {
    let count = Int(record.kwargs.count)
    let known = kwargs.firstIndex { $0.name == name }
    let place = known.map { $0..<$0 + 1 } ?? count..<count
    replaceKwargs(place, with: value.map { [NamedArgument(name, $0)] } ?? [])
  }

  /// Gives the positional arguments from an index on by keyword, before those that are so already.
  ///
  /// Their names are those of `argNames`; an unknown one is empty.
  public func passByKeyword(from index: Int) {
    if index >= argCount { return }
    let (args, kwargs) = (record.args, record.kwargs)
    let cells = graph.storage.pointee.cells
    var moved = args.indices.dropFirst(index).map { cells[$0] }
    let unnamed = graph.context.strings.intern("")
    for place in moved.indices where moved[place].key.isNone { moved[place].key = unnamed }
    moved += kwargs.indices.map { cells[$0] }
    setArguments(
      args: CellRange(start: args.start, count: Int32(index)),
      kwargs: graph.store(moved))
  }

  // MARK: Stretches

  private func replaceArgs(_ stretch: Range<Int>, with values: [Argument]) {
    let old = record.args
    let stored = graph.store(values) { index in
      let place = stretch.lowerBound + index
      return place < old.count ? graph.storage.pointee.cells[old.start + Int32(place)].key : .none
    }
    setArguments(args: replacing(stretch, of: old, with: stored), kwargs: record.kwargs)
    graph.moveArgumentFields(of: id, replacing: stretch, with: values.count)
  }

  private func replaceKwargs(_ stretch: Range<Int>, with values: [NamedArgument]) {
    let kwargs = replacing(stretch, of: record.kwargs, with: graph.store(values))
    setArguments(args: record.args, kwargs: kwargs)
    // In a file they stand behind the positional ones.
    let places = stretch.lowerBound + argCount..<stretch.upperBound + argCount
    graph.moveArgumentFields(of: id, replacing: places, with: values.count)
  }

  /// Returns a run of cells with a stretch replaced by another run.
  private func replacing(_ stretch: Range<Int>, of range: CellRange, with other: CellRange)
    -> CellRange
  {
    precondition(stretch.upperBound <= range.count, "the node has no such argument")
    if stretch.count == range.count { return other }
    let cells = graph.storage.pointee.cells
    let (old, new) = (range.indices.map { cells[$0] }, other.indices.map { cells[$0] })
    return graph.store(
      Array(old[..<stretch.lowerBound]) + new + Array(old[stretch.upperBound...]))
  }

  private func setArguments(args: CellRange, kwargs: CellRange) {
    graph.storage.pointee.dropInputs(of: id.rawValue)
    graph.storage.pointee.nodes[id.rawValue].args = args
    graph.storage.pointee.nodes[id.rawValue].kwargs = kwargs
    graph.storage.pointee.addInputs(of: id.rawValue)
  }
}

extension Graph {
  /// Stores cells as one run.
  fileprivate func store(_ cells: [Cell]) -> CellRange {
    if cells.isEmpty { return CellRange() }
    let start = Int32(storage.pointee.cells.append(repeating: Cell(.none), count: cells.count))
    for (index, cell) in cells.enumerated() {
      storage.pointee.cells[start + Int32(truncatingIfNeeded: index)] = cell
    }
    return CellRange(start: start, count: Int32(truncatingIfNeeded: cells.count))
  }

  /// Forgets the unknown fields inside arguments that have been replaced; those inside the arguments
  /// behind them get their new places.
  fileprivate func moveArgumentFields(
    of id: NodeID, replacing stretch: Range<Int>, with count: Int
  ) {
    guard !unknownNodeFields.isEmpty, let fields = unknownNodeFields[id] else { return }
    let rest = fields.compactMap { field -> RawField? in
      guard let place = field.argumentPlace else { return field }
      if stretch.contains(place) { return nil }
      return place < stretch.lowerBound
        ? field : field.moved(toArgument: place + count - stretch.count)
    }
    unknownNodeFields[id] = rest.isEmpty ? nil : rest
  }
}
