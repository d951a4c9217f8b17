import FXCore

/// Builds one graph from the text.
struct TextGraphBuilder {
  let graph: Graph
  var assembler: GraphAssembler

  init(graph: Graph) {
    self.graph = graph
    assembler = GraphAssembler(graph: graph)
  }
}

/// Nodes and what follows them.
extension TextParser {
  /// Parses `%name = kind target(arguments)` and what follows.
  mutating func node(_ builder: inout TextGraphBuilder) throws(FXError) {
    let start = token
    try advance()
    let name = context.strings.intern(try anyText("a name"))
    try expect("=")
    guard token.kind == .word, let kind = NodeKind(name: raw) else {
      throw unexpected("an opcode (placeholder, call_function, …)")
    }
    try advance()
    var target = name
    switch token.kind {
    // A bare word that begins what follows the node is no target.
    case .word where takesWord("with"): break
    case .word where token.line == start.line || !beginsItem, .number:
      target = context.strings.intern(try anyText("a target"))
    case .string: target = context.strings.intern(try string())
    default: break
    }
    var record = NodeRecord(kind: kind, name: name, target: target)
    if isMark("(") {
      try advance()
      let isHigherOrder = OperatorName.isHigherOrder(target: context.strings.utf8(target))
      (record.args, record.kwargs) = try callArguments(&builder, isHigherOrder: isHigherOrder)
    }
    try finish(record, start, &builder)
  }

  /// Tells whether the current word begins an item of a module on a line of its own.
  private var beginsItem: Bool {
    takesWord("output") || takesWord("module") || takesWord("leaf") || takesWord("tensor")
      || takesWord("parameter") || takesWord("object") || takesWord("meta") || takesWord("extra")
      || takesWord("unclaimed")
  }

  /// Parses `output argument` and what follows.
  mutating func outputNode(_ builder: inout TextGraphBuilder) throws(FXError) {
    let start = token
    try advance()
    let name = context.strings.intern("output")
    try argument(&builder)
    var record = NodeRecord(kind: .output, name: name, target: name)
    record.args = builder.assembler.takeCells(above: builder.assembler.mark - 1)
    try finish(record, start, &builder)
  }

  private mutating func finish(
    _ record: NodeRecord, _ start: TextToken, _ builder: inout TextGraphBuilder
  ) throws(FXError) {
    var record = record
    if token.kind == .arrow {
      try advance()
      record.type = context.strings.intern(try anyText("a type"))
    }
    if try take(":") { record.value = try value() }
    var number: Int?
    let numberPlace = place(of: token)
    if try take("!") {
      if isMark("{") { record.metadata = try metadataMap() } else { number = try int() }
    }
    guard record.name != .empty else {
      throw FXError(.textValue, "a node's name is empty", at: place(of: start))
    }
    guard builder.graph.nodeID(named: record.name) < 0 else {
      throw FXError(
        .textDuplicate, "two nodes are named '\(context.strings[record.name])'",
        at: place(of: start))
    }
    let node = try builder.assembler.append(record)
    if let number { waiting.append((node, number, numberPlace)) }
    if takesWord("with") {
      try advance()
      builder.graph.unknownNodeFields[node.id] = try rawFields()
    }
  }

  /// Parses arguments up to and with the closing parenthesis.
  private mutating func callArguments(
    _ builder: inout TextGraphBuilder, isHigherOrder: Bool
  ) throws(FXError) -> (CellRange, CellRange) {
    let mark = builder.assembler.mark
    var args: CellRange?
    var keywords: Set<String> = []
    while !isMark(")") {
      var key = isHigherOrder ? Atom.empty : Atom.none
      let separator =
        token.kind == .word || token.kind == .string || isMark("?")
        ? try peek().kind : .end
      if separator == .mark(UInt8(ascii: "=")) {
        let nameToken = token
        let name = try anyText("a name")
        key = context.strings.intern(name)
        try note(name, nameToken, in: &keywords)
        try advance()
        if args == nil { args = builder.assembler.takeCells(above: mark) }
      } else {
        if separator == .mark(UInt8(ascii: ":")) {
          if isMark("?") {
            key = .none
            try advance()
          } else {
            key = context.strings.intern(try anyText("a name"))
          }
          try advance()
        }
        guard args == nil else {
          throw unexpected("a keyword argument, since positional ones come before them")
        }
      }
      try argument(&builder)
      builder.assembler.setKey(key)
      if try !take(",") { break }
    }
    try expect(")")
    let rest = builder.assembler.takeCells(above: mark)
    return args.map { ($0, rest) } ?? (rest, CellRange())
  }
}
