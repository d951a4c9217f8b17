import FXCore
import FXTestSupport
import Testing

@testable import FXExport

struct WeightComparisonTests {
  private let folder = TemporaryFolder()
  private let original = Fixtures.path("archives/conv-norm.pt2")

  /// Writes the archive with members replaced and compares the two.
  private func facts(
    replacing members: [String: MemberSource], ignoring ignored: Set<DifferencePart> = []
  ) throws -> [FactDifference] {
    let archive = try PT2Archive(path: original)
    let output = try AtomicOutput(path: folder.file("other.pt2"))
    try archive.write(to: output, replacing: members)
    try output.commit()
    let documents = try [original, folder.file("other.pt2")].map { try Document(path: $0) }
    let difference = try DocumentsDifference(
      between: [documents[0]], and: [documents[1]], ignoring: ignored)
    return difference.programs.flatMap(\.facts) + difference.facts
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    try PT2Archive(path: original).contents(path).array
  }

  @Test func elementsThatDifferAreCounted() throws {
    var values = try bytes("data/weights/weight_1").map { $0 }
    for index in 4..<12 { values[index] = 0 }
    let facts = try facts(replacing: [
      "data/weights/weight_1": .bytes(MemberBytes(copying: values))
    ])
    #expect(facts.map(\.part) == [.weights])
    let change = try #require(facts.first?.changes.first)
    #expect(facts[0].changes.count == 1)
    #expect(change.a == "conv.bias: parameter f32[4]{requires_grad}")
    #expect(change.b?.contains("2 of 4 elements differ, by at most ") == true)
  }

  @Test func otherMembersAreCompared() throws {
    let facts = try facts(replacing: ["extra/note": .text("hello")])
    #expect(facts.map(\.title) == ["archive members"])
    #expect(facts[0].changes.map(\.a) == [nil])
    #expect(
      try self.facts(replacing: ["extra/note": .text("hello")], ignoring: [.members]).isEmpty)
  }

  @Test func sampleInputsAreCompared() throws {
    let facts = try facts(replacing: ["data/sample_inputs/model.pt": .text("")])
    #expect(facts.map(\.title) == ["sample inputs"])
  }

  @Test func weightsOfOneSideAreListed() throws {
    var config = try #require(try PT2Archive(path: original).weightsConfig(of: "model"))
    let removed = config.entries.removeFirst()
    let facts = try facts(replacing: [
      "data/weights/model_weights_config.json": .stream { [config] in try config.write(to: &$0) }
    ])
    #expect(facts.map(\.title) == ["weights"])
    #expect(facts[0].changes.map { $0.b == nil } == [true])
    #expect(facts[0].changes[0].a?.hasPrefix("\(removed.name): ") == true)
  }

  // MARK: Tensors

  private func view(
    _ values: [Float], sizes: [SymInt], strides: [SymInt]? = nil, offset: Int = 0
  ) throws -> WeightView {
    let meta = TensorMeta(
      dtype: .float32, sizes: sizes, strides: strides, storageOffset: .int(offset))
    let bytes = values.withUnsafeBytes { Array($0) }
    return try WeightView(
      name: "w", meta: PayloadMeta(pathName: "weight_0", isParameter: true, tensor: meta),
      storage: MemberBytes(copying: bytes), member: "weight_0")
  }

  @Test func layoutIsNoDifference() throws {
    let rows = try view([1, 2, 3, 4, 5, 6], sizes: [2, 3])
    let columns = try view([9, 1, 4, 2, 5, 3, 6], sizes: [2, 3], strides: [1, 2], offset: 1)
    #expect(TensorComparison.compare(rows, columns) == .equal)
    let other = try view([9, 1, 4, 2, 5, 3, 8], sizes: [2, 3], strides: [1, 2], offset: 1)
    #expect(TensorComparison.compare(rows, other) == .different(count: 1, largest: 2))
  }

  @Test func expandedTensorsAreComparedOnce() throws {
    let a = try view([1, 2], sizes: [.int(1 << 40), 2], strides: [0, 1])
    let b = try view([1, 3], sizes: [.int(1 << 40), 2], strides: [0, 1])
    #expect(TensorComparison.compare(a, a) == .equal)
    #expect(TensorComparison.compare(a, b) == .different(count: 1, largest: 1))
    let overlapping = try view(
      [Float](repeating: 1, count: 4096), sizes: [2048, 2048], strides: [1, 1])
    let others = try view(
      [Float](repeating: 1, count: 4096), sizes: [2048, 2048], strides: [0, 1])
    #expect(TensorComparison.compare(overlapping, others) == .tooLarge)
  }

  @Test func notANumberIsItselfAndInfinitelyFar() throws {
    let a = try view([.nan, 1], sizes: [2])
    let b = try view([2, 1], sizes: [2])
    #expect(TensorComparison.compare(a, a) == .equal)
    #expect(TensorComparison.compare(a, b) == .different(count: 1, largest: .infinity))
  }
}
