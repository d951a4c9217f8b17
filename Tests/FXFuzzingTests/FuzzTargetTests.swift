import FXTestSupport
import Testing

@testable import FXFuzzing

/// The targets of the fuzzer, without it: on what it has found, and on a few hundred mutations.
@Suite struct FuzzTargetTests {
  @Test(arguments: FuzzTarget.all.map(\.name))
  func takesWhatWasFound(_ name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    for file in Fixtures.list("fuzz/\(name)") {
      let bytes = try Fixtures.read("fuzz/\(name)/\(file)")
      #expect(throws: Never.self, "fuzz/\(name)/\(file)") {
        try bytes.withUnsafeBytes { _ = try target.check($0) }
      }
    }
  }

  /// The same seed gives the same inputs, so that a failure can be repeated.
  @Test(arguments: FuzzTarget.all.map(\.name))
  func takesMutations(_ name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let seeds = try target.seeds(Seeds(root: Fixtures.root))
    #expect(!seeds.isEmpty)
    func run(_ seed: UInt64) throws -> (accepted: Int, inputs: [[UInt8]]) {
      var inputs = try RepeatableInputs(of: target, fixtures: Fixtures.root, seed: seed)
      var (made, accepted, isAccepted) = ([[UInt8]](), 0, false)
      for _ in 0..<seeds.count + 100 {
        let bytes = inputs.next(wasAccepted: isAccepted)
        made.append(bytes)
        // Seeds are taken in other tests.
        isAccepted = try made.count > seeds.count && bytes.withUnsafeBytes(target.check)
        if isAccepted { accepted += 1 }
      }
      return (accepted, made)
    }
    let first = try run(1)
    // Mutators that break every input would test nothing but the first check.
    #expect(first.accepted > 0)
    #expect(try run(1).inputs == first.inputs)
    #expect(try run(2).inputs != first.inputs)
  }
}
