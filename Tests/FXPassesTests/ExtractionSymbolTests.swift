import FXCore
import FXExport
import FXGraph
import FXPasses
import Testing

/// Sizes of a piece's inputs from which PyTorch could not tell their symbols.
@Suite struct ExtractionSymbolTests {
  /// A program of user inputs, whose symbols lie in given ranges.
  private func program(_ body: String, _ ranges: [(String, ClosedRange<Int>)]) throws
    -> ExportedProgram
  {
    let module = try TextDocument(parsing: "fx 1\nmodule @main {\n\(body)\n}\n").module
    let count = module.graph.outputNode?.arg(0)?.elements?.count ?? 0
    var program = ExportedProgram(
      module: module,
      signature: GraphSignature(
        inputs: module.graph.placeholders.map { _ in InputSpec(.userInput(.value(.positional))) },
        outputs: (0..<count).map { _ in OutputSpec(.userOutput(.value(.positional))) }))
    program.rangeConstraints = ranges.map {
      ($0, RangeConstraint(min: $1.lowerBound, max: $1.upperBound))
    }
    return program
  }

  /// The sizes of each node, and its strides where they are symbolic.
  private func shapes(_ program: ExportedProgram) -> [String] {
    program.graph.nodes.compactMap { node in
      func text(_ sizes: [SymInt]) -> String {
        sizes.map { size in
          switch size {
          case .int(let value): "\(value)"
          case .expr(let expression): expression.displayText
          }
        }.joined(separator: ", ")
      }
      switch node.value {
      case .tensor(let meta)?:
        let strides = meta.strides.contains { $0.int == nil } ? " by \(text(meta.strides))" : ""
        return "\(node.name) \(text(meta.sizes))\(strides)"
      case .symInt(let size)?: return "\(node.name) = \(text([size]))"
      default: return nil
      }
    }
  }

  private func ranges(_ program: ExportedProgram) -> [String] {
    program.rangeConstraints.map { symbol, range in
      "\(symbol) \(range.min ?? -1) \(range.max.map(String.init) ?? "-")"
    }
  }

  private func sin(_ name: String, _ input: String, _ size: String) -> String {
    "%\(name) = call_function torch.ops.aten.sin.default(self: %\(input)) : f32[\(size)]\n"
  }

  private func slice(_ name: String, _ input: String, _ size: String) -> String {
    "%\(name) = call_function torch.ops.aten.slice.Tensor(self: %\(input)) : f32[\(size)]\n"
  }

  @Test func aQuotientBecomesASymbol() throws {
    let source = try program(
      "%x = placeholder : f32[s77~10, 3]\n" + slice("a", "x", "\"s77//2\"~5, 3")
        + sin("b", "a", "\"s77//2\"~5, 3") + slice("c", "b", "\"s77//4\"~2, 3")
        + sin("d", "c", "\"s77//4\"~2, 3") + "output (%d,)", [("s77", 4...101)])
    let piece = try source.extract(from: ["b"], to: ["d"])
    #expect(shapes(piece) == ["a s0, 3", "b s0, 3", "c (s0//2), 3", "d (s0//2), 3"])
    #expect(ranges(piece) == ["s0 2 50"])
    let size = try #require(piece.graph.placeholders.first?.value?.tensor?.sizes.first)
    #expect(
      size == .expr(SymExpr("Symbol('s0', positive=True, integer=True)", hint: .int(5))))
    // The source has its own sizes.
    #expect(shapes(source)[1] == "a s77//2, 3")
  }

  @Test func partsOfOneSizeMakeItUp() throws {
    let halves =
      "%x = placeholder : f32[s77]\n" + slice("a", "x", "\"s77//2\"")
      + slice("b", "x", "\"s77 - s77//2\"") + sin("c", "a", "\"s77//2\"")
      + sin("d", "b", "\"s77 - s77//2\"")
      + "%e = call_function torch.ops.aten.cat.default(tensors: [%c, %d]) : f32[s77]\noutput (%e,)"
    let source = try program(halves, [("s77", 4...100)])
    let piece = try source.extract(from: ["c", "d"], to: ["e"])
    #expect(shapes(piece) == ["a s0", "b s1", "c s0", "d s1", "e s0 + s1"])
    #expect(ranges(piece) == ["s0 2 50", "s1 0 98"])
    // The other half alone is a symbol too.
    let other = try source.extract(from: ["d"], to: ["d"])
    #expect(shapes(other) == ["b s0", "d s0"])
  }

  /// A sum of which one part is no symbol is a symbol as a whole.
  @Test func sizesOfConvolutions() throws {
    let size = "\"(s37 - 3)//2 + 1\""
    let source = try program(
      "%x = placeholder : f32[2, s37]\n" + slice("a", "x", "2, \(size)")
        + sin("b", "a", "2, \(size)") + slice("c", "b", "2, \"(s37 - 3)//4 + 1\"")
        + "output (%c,)", [("s37", 5...41)])
    let piece = try source.extract(from: ["b"], to: ["c"])
    #expect(shapes(piece) == ["a 2, s0", "b 2, s0", "c 2, (((s0 - 1)//2)) + 1"])
    #expect(ranges(piece) == ["s0 2 20"])
  }

  @Test func theSmallerPartIsReplacedWhereTheLargerHoldsIt() throws {
    let size = "\"s6//2 - s6//4\""
    let source = try program(
      "%x = placeholder : f32[s6]\n" + slice("a", "x", size) + sin("b", "a", size)
        + "output (%b,)", [("s6", 8...100)])
    let piece = try source.extract(from: ["b"], to: ["b"])
    #expect(shapes(piece) == ["a s0", "b s0"])
  }

  @Test func multiplesKeepTheirFactor() throws {
    let source = try program(
      "%x = placeholder : f32[s6]\n" + slice("a", "x", "\"2*(s6//2) + 1\"")
        + slice("b", "a", "\"6*(s6//2)\"") + "output (%b,)", [("s6", 8...100)])
    let piece = try source.extract(from: ["b"], to: ["b"])
    #expect(shapes(piece) == ["a 2*s0 + 1", "b 6*s0"])
    #expect(ranges(piece) == ["s0 4 50"])
  }

  @Test func productsOfSeveralSizes() throws {
    let product = "\"(s6//2)*(s7//2)\""
    let strides = "strides=[\"Max(1, s6//2)*Max(1, s7//2)\", 1]"
    let source = try program(
      "%x = placeholder : f32[s6, s7]\n" + slice("a", "x", "3, \(product)]{\(strides)}").dropLast(2)
        + "\n" + sin("b", "a", product) + slice("c", "b", "\"3*(s6//2)*(s7//2)\"") + "output (%c,)",
      [("s6", 8...100), ("s7", 2...4)])
    let piece = try source.extract(from: ["b"], to: ["c"])
    #expect(shapes(piece) == ["a 3, s0 by s0, 1", "b s0", "c 3*s0"])
    #expect(ranges(piece) == ["s0 4 100"])
  }

  /// What an input tells stays as it is, and such inputs come first.
  @Test func inputsThatTellSymbolsComeFirst() throws {
    let source = try program(
      "%x = placeholder : f32[s77]\n" + slice("a", "x", "\"s77//2\"") + sin("y", "x", "s77")
        + "%c = call_function torch.ops.aten.cat.default(tensors: [%a, %y]) : "
        + "f32[\"s77//2 + s77\"]\noutput (%c,)", [("s77", 4...100)])
    let piece = try source.extract(from: ["c"], to: ["c"])
    #expect(shapes(piece) == ["y s77", "a s77//2", "c s77//2 + s77"])
    #expect(ranges(piece) == ["s77 4 100"])
    #expect(piece.moduleCallGraph.first?.signature?.forwardArgNames == ["y", "a"])
    // With the program's own input nothing has to move.
    let other = try source.extract(from: ["a"], to: ["c"])
    #expect(other.graph.placeholders.map(\.name) == ["x", "y"])
  }

  @Test func orderStaysWhereItDoesNotHelp() throws {
    let source = try program(
      "%x = placeholder : f32[s77]\n%z = placeholder : f32[s5]\n" + slice("a", "x", "\"s77//2\"")
        + sin("b", "z", "s5")
        + "%c = call_function torch.ops.aten.cat.default(tensors: [%a, %b]) : "
        + "f32[\"s5 + s77//2\"]\noutput (%c,)", [("s77", 4...100)])
    let piece = try source.extract(from: ["c"], to: ["c"])
    #expect(shapes(piece) == ["a s0", "b s5", "c s0 + s5"])
  }

  /// Linear sizes tell their symbol, and their spelling stays.
  @Test func linearSizesStay() throws {
    let source = try program(
      "%x = placeholder : f32[s0]\n" + slice("a", "x", "\"2*s0 + 1\"")
        + slice("b", "a", "\"s0//2\"") + "output (%b,)", [("s0", 4...100)])
    let piece = try source.extract(from: ["b"], to: ["b"])
    #expect(shapes(piece) == ["a 2*s0 + 1", "b s0//2"])
    #expect(piece.graph.placeholders[0].value == source.graph.node(named: "a")?.value)
  }

  /// A symbol that data decide stays one, and names that the program has are not taken again.
  @Test func newNamesAreFree() throws {
    let source = try program(
      "%x = placeholder : f32[s0]\n%n = placeholder : sym_int u0\n"
        + slice("a", "x", "\"Min(u0, u0//2)\"") + slice("b", "x", "\"s0//3\"")
        + "%c = call_function torch.ops.aten.cat.default(tensors: [%a, %b]) : "
        + "f32[\"Min(u0, u0//2) + s0//3\"]\noutput (%c,)", [("s0", 6...30), ("u0", 0...50)])
    let piece = try source.extract(from: ["c"], to: ["c"])
    #expect(shapes(piece) == ["a u1", "b s1", "c s1 + u1"])
    #expect(ranges(piece) == ["u1 0 25", "s1 2 10"])
  }

  /// The sizes that were traced fit the piece.
  @Test func shapesFitThePiece() throws {
    let source = try program(
      "%x = placeholder : f32[s77]\n" + slice("a", "x", "\"s77//2\"") + sin("b", "a", "\"s77//2\"")
        + "output (%b,)", [("s77", 4...100)])
    let piece = try source.extract(from: ["b"], to: ["b"])
    for (size, codes) in [(2, []), (50, []), (51, [FXError.Code.inputRange])] {
      let shapes = InputShapes([(name: "a", shape: .tensor([size]))])
      #expect(piece.findings(forInputs: shapes).map(\.code) == codes)
    }
  }

  @Test func sharedMemoryThatIsWrittenIsWarnedOf() throws {
    let source = try program(
      "%x = placeholder : f32[4]\n" + sin("a", "x", "4")
        + "%v = call_function torch.ops.aten.view.default(self: %a, size: [2, 2]) : f32[2, 2]\n"
        + "%w = call_function torch.ops.aten.add_.Tensor(self: %v, other: 1) : f32[2, 2]\n"
        + sin("b", "a", "4")
        + "%c = call_function torch.ops.aten.dot.default(self: %w, tensor: %b) : f32[]\n"
        + "output (%c,)", [])
    func warnings(_ starts: [String]) throws -> [Finding] {
      var found: [Finding] = []
      _ = try source.extract(from: starts, to: ["c"]) { found.append($0) }
      return found
    }
    let found = try warnings(["w", "b"])
    #expect(found.map(\.code) == [.extractSharedInputs])
    #expect(found.first?.place.node == "w")
    #expect(found.first?.isError == false)
    #expect(try warnings(["a"]).isEmpty)
    var ofModule = 0
    _ = try source.module.extract(from: ["w", "b"], to: ["c"]) { _ in ofModule += 1 }
    #expect(ofModule == 1)
  }
}
