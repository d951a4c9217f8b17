import FXCore

/// Parses FXKit's text form.
///
///     // A comment.                           document := "fx" 1 module (section | metadata)*
///     fx 1                                    module   := "module" @NAME [CLASS] "{" item* "}"
///     module @main {                          item     := node | member | "meta" map
///       %x = placeholder : f32[2, 3]                    | "extra" map | "unclaimed" NAME ":" value
///       %f = get_attr submod_1                member   := module | "leaf" @NAME CLASS ["{" member* "}"]
///       %y = call_function \                            | ("tensor" | "parameter") @NAME ":" value
///         torch.ops.aten.add.Tensor(self: %x, 1, alpha=2) : f32[2, 3] !0
///       output (%y,)                                    | "object" @NAME REPR
///       module @submod_1 { … }                node     := %NAME "=" KIND [TARGET] ["(" arg,* ")"]
///     }                                                   ["->" TYPE] [":" value] [metaref] ["with" map]
///     signature { inputs: [x], n: 1 }                   | "output" argument …the same ends…
///     !0 = {stack_trace: "…"}                 metaref  := "!" INT | "!" map
///
/// An `arg` is an argument, with `name:` before it where it is positional and the operator's schema
/// names it (`?:` for an unknown name where an empty one is the rule, in higher-order operators),
/// or `name=` where it is a keyword argument. TARGET may be left out where it equals the name.
///
///     argument := ("None" | "True" | "False" | INT | FLOAT | STRING | %NAME | @FUNCTION | "..."
///       | torch.DTYPE | torch.LAYOUT | torch.MEMORY_FORMAT | device(DEVICE) | complex(FLOAT, FLOAT)
///       | dtype(unknown) | layout(unknown) | memory_format(unknown)
///       | slice(argument, argument, argument) | object(NAME, CLASS) | opaque(REPR)
///       | "[" argument,* "]" | "(" argument,* [","] ")" | "{" (KEY ":" argument),* "}") [as_TAG]
///     value := "None" | "?" | DTYPE "[" size,* "]" ["{" property,* "}"] | "sym_int" size
///       | "sym_float" (FLOAT | symbol) | "sym_bool" ("True" | "False" | symbol) | "bool" BOOL
///       | "int" INT | "float" FLOAT | "str" STRING | "object" NAME CLASS
///       | "[" value,* "]" | "(" value,* [","] ")"
///     size := INT | symbol        symbol := (STRING | s0 | u0) ["~" HINT] [map]
///     property := "requires_grad" | device=DEVICE | strides=[size,*] | offset=size | layout=WORD
///       | STRING=JSON
///     DEVICE := STRING [INT | "None"]
///     section := WORD map     map := "{" (KEY ":" tree),* "}"
///     tree := WORD | INT | FLOAT | STRING | map | "[" tree,* "]"
///     metadata := "!" INT "=" map       (maps of metadata, extra and symbols hold strings only)
///
/// NAME, TARGET, KEY, CLASS, TYPE and REPR are a word or a STRING; strings have JSON's escapes.
/// `s0` stands for `Symbol('s0', positive=True, integer=True)`, `u0` for `Symbol('u0',
/// integer=True)`. DTYPE is PyTorch's abbreviation (`f32`, `bf16`, `i64`, `b8`). Strides are
/// contiguous, the offset is 0, the device `cpu` and the layout `strided` where nothing else is said.
struct TextParser {
  let context: GraphContext
  private var lexer: TextLexer
  var token: TextToken
  private var depth = 0
  /// Nodes that wait for the metadata of a number.
  var waiting: [(node: Node, number: Int, place: SourcePlace)] = []
  private var metadata: [Int: MetadataID] = [:]

  init(bytes: [UInt8], context: GraphContext) {
    self.context = context
    lexer = TextLexer(bytes: bytes)
    token = TextToken(kind: .end, start: 0, end: 0, line: 1, column: 1)
  }

  /// Parses the whole text.
  mutating func document() throws(FXError) -> TextDocument {
    try advance()
    guard takesWord("fx") else { throw unexpected("'fx' and the version") }
    try advance()
    let versionToken = token
    let version = try int()
    guard version == TextDocument.version else {
      throw FXError(
        .textVersion, "the text has version \(version), expected \(TextDocument.version)",
        at: place(of: versionToken))
    }
    var module: GraphModule?
    var sections: [TextSection] = []
    while token.kind != .end {
      if isMark("!") {
        try metadataDefinition()
      } else if takesWord("module") {
        let start = token
        try advance()
        _ = try memberName()
        if module != nil {
          throw FXError(.textDuplicate, "there is more than one main module", at: place(of: start))
        }
        module = try self.module()
      } else {
        let line = token.line
        let name = try text(of: .word, "'module', a section or '!'")
        sections.append(TextSection(name, try map(), line: line))
      }
    }
    guard let module else { throw unexpected("'module'") }
    for (node, number, place) in waiting {
      guard let id = metadata[number] else {
        throw FXError(.textUndefined, "metadata !\(number) is not defined", at: place)
      }
      node.metadataID = id
    }
    return TextDocument(module: module, sections: sections)
  }

  private mutating func metadataDefinition() throws(FXError) {
    try advance()
    let start = token
    let number = try int()
    try expect("=")
    guard metadata[number] == nil else {
      throw FXError(.textDuplicate, "metadata !\(number) is defined twice", at: place(of: start))
    }
    metadata[number] = try metadataMap()
  }

  /// Parses `{key: "text", …}` as metadata.
  mutating func metadataMap() throws(FXError) -> MetadataID {
    let entries = try stringMap().map {
      MetadataEntry(key: context.strings.intern($0.key), text: context.strings.intern($0.text))
    }
    return context.metadata.intern(entries)
  }

  // MARK: Modules

  /// Parses a module from behind its name.
  private mutating func module() throws(FXError) -> GraphModule {
    try enter()
    let result = GraphModule(Graph(context: context))
    if !isMark("{") { result.className = try anyText("a class name or '{'") }
    try expect("{")
    var builder = TextGraphBuilder(graph: result.graph)
    defer { builder.assembler.deallocate() }
    while !isMark("}") {
      if isMark("%") {
        try node(&builder)
      } else if takesWord("output") {
        try outputNode(&builder)
      } else if takesWord("meta") {
        try expectFirst(result.metadata.isEmpty)
        result.metadata = try stringMap()
      } else if takesWord("extra") {
        try expectFirst(result.graph.unknownFields.isEmpty)
        result.graph.unknownFields = try rawFields()
      } else if takesWord("unclaimed") {
        try advance()
        let name = try anyText("a name")
        try expect(":")
        result.graph.unclaimedValues.append((name, try value()))
      } else {
        try member(of: result)
      }
    }
    try advance()
    leave()
    return result
  }

  /// Takes the word of an item that a module has once.
  private mutating func expectFirst(_ isFirst: Bool) throws(FXError) {
    guard isFirst else {
      throw FXError(.textDuplicate, "the module has '\(raw)' twice", at: place(of: token))
    }
    try advance()
  }

  private mutating func member(of parent: Module) throws(FXError) {
    let start = token
    let keyword = try text(of: .word, "a node, a member or '}'")
    let isKnown = ["module", "leaf", "tensor", "parameter", "object"].contains(keyword)
    guard isKnown else { throw unexpected("a node, a member or '}'", start) }
    let nameToken = token
    let name = try memberName()
    guard parent[name] == nil else {
      throw FXError(.textDuplicate, "two members are named '\(name)'", at: place(of: nameToken))
    }
    switch keyword {
    case "module": parent[name] = .module(try module())
    case "leaf":
      let leaf = Module(className: try anyText("a class name"))
      if isMark("{") {
        try enter()
        try advance()
        while !isMark("}") { try member(of: leaf) }
        try advance()
        leave()
      }
      parent[name] = .module(leaf)
    case "object": parent[name] = .object(try anyText("the object's text"))
    default:
      try expect(":")
      let valueToken = token
      guard let meta = context.values[try value()]?.tensor else {
        throw FXError(.textValue, "expected a tensor's type", at: place(of: valueToken))
      }
      parent[name] = .tensor(meta, isParameter: keyword == "parameter")
    }
  }

  private mutating func memberName() throws(FXError) -> String {
    try expect("@")
    return try anyText("a name")
  }

  // MARK: Tokens

  mutating func advance() throws(FXError) { token = try lexer.next() }

  /// Returns the token after the current one.
  func peek() throws(FXError) -> TextToken {
    var copy = lexer
    return try copy.next()
  }

  func isMark(_ mark: Unicode.Scalar) -> Bool { token.kind == .mark(UInt8(ascii: mark)) }

  /// Tells whether the current token is the word.
  func takesWord(_ word: StaticString) -> Bool {
    guard token.kind == .word, token.end - token.start == word.utf8CodeUnitCount else {
      return false
    }
    let utf8 = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
    return lexer.bytes[token.start..<token.end].elementsEqual(utf8)
  }

  mutating func expect(_ mark: Unicode.Scalar) throws(FXError) {
    guard isMark(mark) else { throw unexpected("'\(mark)'") }
    try advance()
  }

  /// Takes a mark where it stands next.
  mutating func take(_ mark: Unicode.Scalar) throws(FXError) -> Bool {
    guard isMark(mark) else { return false }
    try advance()
    return true
  }

  /// Returns the current token's text as it stands.
  var raw: String { String(decoding: lexer.bytes[token.start..<token.end], as: UTF8.self) }

  /// Returns the bytes of the current token as they stand.
  var rawBytes: ArraySlice<UInt8> { lexer.bytes[token.start..<token.end] }

  private mutating func text(of kind: TextToken.Kind, _ wanted: String) throws(FXError) -> String {
    guard token.kind == kind else { throw unexpected(wanted) }
    let result = raw
    try advance()
    return result
  }

  /// Takes a word, a number or a string as text.
  mutating func anyText(_ wanted: String) throws(FXError) -> String {
    switch token.kind {
    case .word, .number:
      let result = raw
      try advance()
      return result
    case .string: return try string()
    default: throw unexpected(wanted)
    }
  }

  mutating func enter() throws(FXError) {
    depth += 1
    if depth > Limits.textDepth.value {
      throw FXError(
        .textDepth, "the text is nested too deep", beyond: Limits.textDepth, at: place(of: token))
    }
  }

  mutating func leave() { depth -= 1 }

  func place(of token: TextToken) -> SourcePlace {
    SourcePlace(line: token.line, column: token.column)
  }

  func unexpected(_ wanted: String, _ found: TextToken? = nil) -> FXError {
    let token = found ?? self.token
    let text = String(decoding: lexer.bytes[token.start..<token.end].prefix(40), as: UTF8.self)
    let what = token.kind == .end ? "the end of the text" : "'\(text)'"
    return FXError(.textSyntax, "found \(what), expected \(wanted)", at: place(of: token))
  }
}
