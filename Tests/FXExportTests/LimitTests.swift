import FXCore
import FXExport
import FXGraph
import FXTestSupport
import Glibc
import Testing

@testable import FXFuzzing

/// Every limit is met once: the error names it with its value.
@Suite struct LimitTests {
  private func expect<Result>(
    _ limit: Limit, _ code: FXError.Code, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Result
  ) {
    #expect(sourceLocation: sourceLocation) {
      _ = try body()
    } throws: { error in
      guard let error = error as? FXError else { return false }
      return error.code == code && error.message.contains("\(limit.name)")
        && error.message.contains("\(limit.value)")
    }
  }

  private func pickle(_ bytes: [UInt8]) throws -> PickleValue {
    try ([0x80, 2] + bytes + [UInt8(ascii: ".")]).withUnsafeBytes { try PickleValue(pickle: $0) }
  }

  @Test func jsonDepth() {
    let bytes = [UInt8](repeating: UInt8(ascii: "["), count: Limits.jsonDepth.value + 1)
    expect(Limits.jsonDepth, .jsonDepth) {
      try bytes.withUnsafeBytes {
        var reader = JSONReader($0)
        try reader.skipValue()
      }
    }
  }

  /// A file of two gigabytes takes no space where it is empty.
  @Test(arguments: [UInt8(ascii: "{"), UInt8(ascii: "f")])
  func jsonBytesAndTextBytes(_ first: UInt8) throws {
    let folder = TemporaryFolder()
    let path = folder.write("large", [first])
    try #require(truncate(path, Limits.jsonBytes.value + 1) == 0)
    let isJSON = first == UInt8(ascii: "{")
    expect(isJSON ? Limits.jsonBytes : Limits.textBytes, isJSON ? .jsonSize : .textSize) {
      try Document(path: path)
    }
  }

  @Test func unknownFields() {
    let fields = (0...Limits.unknownFields.value).map { "\"f\($0)\": 1" }.joined(separator: ", ")
    expect(Limits.unknownFields, .jsonSize) {
      try Array("{\(fields)}".utf8).withUnsafeBytes { try PayloadConfig(json: $0) }
    }
  }

  /// Each of 17 modules fetches the next one twice.
  @Test func writtenGraphs() throws {
    let context = GraphContext()
    var module: GraphModule?
    for _ in 0..<17 {
      let graph = Graph(context: context)
      let parent = GraphModule(graph)
      if let module {
        parent["inner"] = .module(module)
        let arguments = (0..<2).map { _ in Argument.node(graph.end.getAttr("inner")) }
        graph.end.callFunction("torch.ops.higher_order.f", arguments).argNames = ["", ""]
      }
      graph.end.output(.tuple([]))
      module = parent
    }
    let whole = try #require(module)
    expect(Limits.writtenGraphs, .notSerializable) {
      try ExportedProgram(module: whole, signature: GraphSignature()).json()
    }
  }

  /// No error: what is behind the limit is one name.
  @Test func modulePathDepth() {
    let root = Module()
    let path = Array(repeating: "a", count: 1000).joined(separator: ".")
    #expect(root.add(.object("x"), at: path))
    var (module, depth) = (root, 0)
    while case .module(let next)? = module["a"] { (module, depth) = (next, depth + 1) }
    #expect(depth == Limits.modulePathDepth.value)
    #expect(root.member(at: path) != nil)
  }

  /// No error: a deeper annotation is printed as it is.
  @Test(arguments: [Limits.typeDepth.value + 1, 20_000])
  func typeDepth(_ depth: Int) throws {
    let type =
      String(repeating: "List[", count: depth) + "int" + String(repeating: "]", count: depth)
    let text = "fx 1 module @m { %x = placeholder -> \"\(type)\" output %x }"
    #expect(try TextDocument(parsing: text).module.code.contains(type))
  }

  @Test func textDepth() {
    let text =
      "fx 1 module @m { output " + String(repeating: "[", count: Limits.textDepth.value + 1)
    expect(Limits.textDepth, .textDepth) { try TextDocument(parsing: text) }
  }

  @Test func inflatedBytes() throws {
    var zip = ZIPBuilder(.init("a", "x"))
    zip.entries[0].deflateAsBlocks()
    zip.entries[0].has64 = true
    var built = zip.build()
    let size = Limits.inflatedBytes.value + 1
    // The sizes in the ZIP64 fields of both headers, behind names of one letter.
    built.put64(size, at: built.places[0].local + 35)
    built.put64(size, at: built.places[0].central + 51)
    let archive = try ZIPArchive(MappedFile(copying: built.bytes))
    expect(Limits.inflatedBytes, .zipSize) { try archive.contents(of: archive.members[0]) }
  }

  @Test func pickleDepth() {
    let depth = Limits.pickleDepth.value + 2
    let lists = [UInt8](repeating: UInt8(ascii: "]"), count: depth)
    expect(Limits.pickleDepth, .pickleLimit) {
      try pickle(lists + [UInt8](repeating: UInt8(ascii: "a"), count: depth - 1))
    }
  }

  @Test func pickleStack() {
    expect(Limits.pickleStack, .pickleLimit) {
      try pickle([UInt8](repeating: UInt8(ascii: "N"), count: Limits.pickleStack.value + 1))
    }
  }

  @Test func pickleMemo() {
    expect(Limits.pickleMemo, .pickleLimit) { try pickle(Array("Nr".utf8) + [1, 0, 0, 1]) }
  }

  /// Each tuple holds the one before it twice.
  @Test func pickleValues() {
    let step = Array("q".utf8) + [0] + Array("h".utf8) + [0, 0x86]
    expect(Limits.pickleValues, .pickleLimit) {
      try pickle([UInt8(ascii: "N")] + (0..<40).flatMap { _ in step })
    }
  }

  @Test func tensorDimensions() {
    let sizes = [UInt8](repeating: 0x88, count: Limits.tensorDimensions.value + 1)
    expect(Limits.tensorDimensions, .pickleLimit) {
      try pickle(
        Array("ctorch\nSize\n(".utf8) + sizes + [UInt8(ascii: "t"), 0x85, UInt8(ascii: "R")])
    }
  }

  @Test func expressionDepth() {
    let count = Limits.expressionDepth.value + 1
    let text = String(repeating: "(", count: count) + "s0" + String(repeating: ")", count: count)
    expect(Limits.expressionDepth, .symbolicDepth) { try SymbolicExpression(text) }
    expect(Limits.expressionDepth, .symbolicDepth) { try GuardExpression(text) }
  }

  @Test func expressionParts() {
    let parts = Array(repeating: "s0", count: Limits.expressionParts.value + 1)
    expect(Limits.expressionParts, .symbolicSize) {
      try SymbolicExpression("Max(\(parts.joined(separator: ", ")))")
    }
  }
}
