import FXATen
import FXGraph
import Testing

@testable import FXOperators
@testable import FXSchemas

/// FXKit runs every operator that PyTorch calls core.
@Suite struct CoreOperatorTests {
  @Test func coreOperatorsHaveDefinitions() throws {
    let library = OperatorLibrary(context: GraphContext())
    var missing: [String] = []
    var count = 0
    try OperatorTable.forEachLine { line in
      let schema = try OperatorSchema(parsing: line)
      guard schema.isCore else { return }
      count += 1
      if try !library.resolved(named: schema.qualifiedName).isRunnable {
        missing.append(schema.qualifiedName)
      }
    }
    #expect(count > 190)
    #expect(missing == [])
  }
}
