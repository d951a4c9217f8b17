import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Counts of integers, reductions of segments, and hashes.
enum CountingOperators {
  static let all: [OperatorDefinition] = [
    bincount, segmentReduce, hashTensor,
  ]

  /// `bincount(Tensor self, Tensor? weights=None, SymInt minlength=0) -> Tensor`
  static let bincount = OperatorDefinition(
    "aten::bincount",
    shape: { call in
      let tensor = try call.fake(0)
      let weights = try call.optionalFake(1)
      let dtype: ScalarType = weights.map { $0.dtype == .float32 ? .float32 : .float64 } ?? .int64
      let count = SymbolicSize(try call.symbols.makeUnbacked())
      return .fake(FakeTensor(dtype, [count], device: tensor.device))
    },
    kernel: { call in
      let length = try call.int(2)
      guard length >= 0 else { throw call.error("minlength is negative") }
      return .tensor(
        try Histogram.countIntegers(
          call.tensor(0), weights: call.optionalTensor(1), minimumLength: length))
    }
  )
  .kept()

  /// `segment_reduce(Tensor data, str reduce, *, Tensor? lengths=None, Tensor? indices=None, Tensor?
  /// offsets=None, int axis=0, bool unsafe=False, Scalar? initial=None) -> Tensor`
  static let segmentReduce = OperatorDefinition(
    "aten::segment_reduce", shape: ShapeRules.segmentReduce
  ) { call in
    guard let name = try call.optionalString(1), let kind = SegmentReduction.Kind(rawValue: name)
    else { throw call.error("there is no such reduction") }
    let data = try call.tensor(0)
    let axis = try Geometry.axis(call.int(5), of: data.rank)
    let offsets = try offsets(call, data, axis)
    guard offsets.rank == axis + 1 else {
      throw call.error("segments of the dimension \(axis) need \(axis + 1) dimensions")
    }
    let reduction = SegmentReduction(kind, initial: try call.optionalScalar(7)?.double)
    return .tensor(try reduction.run(data, offsets: offsets))
  }
  .kept()

  /// Returns the offsets of segments: those given, or sums of lengths.
  private static func offsets(
    _ call: OperatorCall, _ data: Tensor, _ axis: Int
  ) throws -> Tensor {
    if let offsets = try call.optionalTensor(4) { return offsets }
    guard let lengths = try call.optionalTensor(2) else {
      throw call.error("neither lengths nor offsets are given")
    }
    let ends = try Cumulation.sum(lengths, -1)
    if try !call.bool(6) {
      let size = data.sizes[axis]
      let last = try ends.select(-1, -1).elements(as: Int64.self)
      let isWhole = last.allSatisfy { Int($0) == size }
      let hasNegative = try lengths.elements(as: Int64.self).contains { $0 < 0 }
      guard isWhole, !hasNegative else {
        throw call.error("lengths do not add up to the size of the data")
      }
    }
    var sizes = ends.sizes
    sizes[sizes.count - 1] += 1
    let offsets = try Tensor.zeros(sizes, .int64)
    try offsets.narrow(-1, start: 1, length: ends.sizes[sizes.count - 1]).copy(from: ends)
    return offsets
  }

  /// `hash_tensor(Tensor self, int[1] dim=[], *, bool keepdim=False, int mode=0) -> Tensor`
  static let hashTensor = OperatorDefinition(
    "aten::hash_tensor", shape: ShapeRules.reduction(axes: 1, keep: 2) { _ in .uint64 }
  ) { call in
    guard try call.int(3) == 0 else { throw call.error("the only mode is 0") }
    return .tensor(
      try Reductions.hash(call.tensor(0), call.ints(1), keepsAxes: call.bool(2)))
  }
  .kept()
}
