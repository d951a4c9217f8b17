import FXCore
import FXExport
import FXGraph
import FXOperators
import FXPasses
import Testing

/// Shape rules and decompositions on inputs that do not fit: errors, and never a trap.
@Suite struct DamagedShapeTests {
  private static let parts = 4

  /// Ways to change what a graph says of an input.
  enum Damage: CaseIterable {
    case noDimensions, fewerDimensions, moreDimensions, emptied, complex, whole, symbolic

    func apply(_ meta: TensorMeta) -> TensorMeta {
      var dtype = meta.dtype
      var sizes = meta.sizes
      switch self {
      case .noDimensions: sizes = []
      case .fewerDimensions: if !sizes.isEmpty { sizes.removeLast() }
      case .moreDimensions: sizes.append(3)
      case .emptied: sizes = sizes.map { _ in 0 }
      case .complex: dtype = .complex64
      case .whole: dtype = .int64
      case .symbolic:
        let symbol = SymExpr("Symbol('u90', integer=True)", hint: nil)
        if !sizes.isEmpty { sizes[0] = .expr(symbol) }
      }
      return TensorMeta(dtype: dtype, sizes: sizes)
    }
  }

  /// One sample of each operator is enough.
  private static let cases = Result {
    var seen: Set<Substring> = []
    return try RunCases.operators.get()["float32"]?.filter { each in
      seen.insert(each.name.prefix { $0 != "/" }).inserted
    } ?? []
  }

  @Test(arguments: 0..<parts) func wrongInputsTrapNowhere(part: Int) throws {
    let cases = try Self.cases.get()
    #expect(cases.count > 500)
    for index in stride(from: part, to: cases.count, by: Self.parts) {
      for damage in Damage.allCases { try Self.run(cases[index], damage) }
    }
  }

  private static func run(_ each: RunCase, _ damage: Damage) throws {
    for position in 0..<8 {
      var program = try each.json.withUnsafeBytes { try ExportedProgram(json: $0) }
      let placeholders = Array(program.graph.placeholders)
      guard position < placeholders.count else { return }
      let node = placeholders[position]
      guard case .tensor(let meta)? = node.value else { continue }
      node.value = .tensor(damage.apply(meta))
      do {
        try PassPipeline("propagate-shapes,decompose").run(on: &program)
      } catch is FXError {
        // What does not fit is refused; any other error fails the test.
      }
    }
  }
}
