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

  /// The same seeds give the same inputs, so that a failure can be repeated.
  @Test(arguments: FuzzTarget.all.map(\.name))
  func takesMutations(_ name: String) throws {
    let target = try #require(FuzzTarget.all.first { $0.name == name })
    let seeds = try target.seeds(Seeds(root: Fixtures.root))
    #expect(!seeds.isEmpty)
    var random = FuzzRandom(seed: 1)
    var accepted = 0
    for _ in 0..<150 {
      let bytes = target.mutate(random.pick(seeds), &random)
      if try bytes.withUnsafeBytes({ try target.check($0) }) { accepted += 1 }
    }
    // Mutators that break every input would test nothing but the first check.
    #expect(accepted > 0)
  }
}
