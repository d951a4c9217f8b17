import FXTestSupport
import Testing

/// Programs that were exported without data: with fake tensors, or on the meta device.
struct FakeProgramTests {
  static let withoutSamples = ["fakes/inputs.pt2", "fakes/meta-inputs.pt2"]

  /// Tells whether a note says that inputs are random, and nothing else is said.
  private func isNoted(_ run: Invocation) -> Bool {
    run.status == 0
      && run.errors.count { $0.contains("note: the sample inputs can't be rebuilt") } == 1
  }

  @Test(arguments: withoutSamples)
  func randomInputsTakeThePlaceOfSamples(_ name: String) throws {
    let (path, folder) = (Fixtures.path(name), TemporaryFolder())
    let run = Invocation("run", path)
    #expect(isNoted(run))
    #expect(run.output == Invocation("run", path, "--random-inputs", "0").output)
    #expect(isNoted(Invocation("compare", path, path)))
    let output = folder.file("out.pt2")
    #expect(
      isNoted(Invocation("transform", path, "-p", "decompose", "--check-numerics", "-o", output)))
  }

  @Test func missingSamplesAreNoted() {
    let path = Fixtures.path("programs/derived-dims.json")
    let compared = Invocation("compare", path, path)
    #expect(compared.errors.contains { $0.contains("note: there are no sample inputs") })
    // A run asks for inputs.
    let run = Invocation("run", path)
    #expect(run.status == 1)
    #expect(run.errors.contains { $0.contains("--random-inputs") })
  }

  @Test func weightsWithoutDataAreNoZeros() {
    let path = Fixtures.path("fakes/no-weights.pt2")
    for arguments in [
      ["run", path], ["run", path, "--random-inputs", "1"], ["compare", path, path],
    ] {
      let run = Invocation(arguments)
      // A comparison that could not be made is trouble, not a difference.
      #expect(run.status == (arguments[0] == "compare" ? 2 : 1))
      #expect(run.output.isEmpty)
      #expect(run.errors.contains { $0.contains("no data for parameter 'weight'") })
    }
  }
}
