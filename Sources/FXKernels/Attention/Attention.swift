import FXCore
import FXTensor

/// Attention by scaled dot products: `softmax(Q Kᵀ · scale + mask) V`.
///
/// Scores are made for a block of queries at a time, so that memory stays low. Narrow floats are
/// computed in float. A query for which everything is masked gives zeros, as in PyTorch.
public struct Attention {
  /// What is added to scores; nil where nothing is. Of `bool` it says where to look.
  public var mask: Tensor?
  /// Whether a query sees no keys behind its own place.
  public var isCausal: Bool
  /// What scores are multiplied by; nil for 1 / √(size of a query).
  public var scale: Double?
  /// Whether several heads of the query share one of key and value.
  public var sharesHeads: Bool

  /// Describes an attention.
  public init(
    mask: Tensor? = nil, isCausal: Bool = false, scale: Double? = nil, sharesHeads: Bool = false
  ) {
    self.mask = mask
    self.isCausal = isCausal
    self.scale = scale
    self.sharesHeads = sharesHeads
  }

  /// Computes the result, and for each query the logarithm of the sum of exponentials.
  ///
  /// - Throws: `tensor.shape`, `tensor.dtype`, `tensor.memory` or `run.library`.
  public func callAsFunction(
    query: Tensor, key: Tensor, value: Tensor
  ) throws -> (output: Tensor, logSums: Tensor) {
    guard query.rank >= 2, key.rank >= 2, value.rank >= 2 else {
      throw FXError(.tensorShape, "attention is of matrices or of batches of matrices")
    }
    guard query.dtype == key.dtype, query.dtype == value.dtype else {
      throw FXError(
        .tensorDType,
        "queries of \(query.dtype.name) do not fit keys of \(key.dtype.name) and values of "
          + value.dtype.name)
    }
    let dtype = query.dtype
    let wider = dtype.computeType
    let shapes = try AttentionShapes(query, key, value, sharesHeads: sharesHeads)
    let output = try emptyOutput(query, key, value, shapes)
    let logSums = try Tensor.empty(shapes.batch + [shapes.queries], wider)
    if output.elementCount > 0 || logSums.elementCount > 0 {
      let result = wider == dtype ? output : try output.emptyLike(wider)
      let operands = try AttentionOperands(
        query: readable(query, wider), key: readable(key, wider), value: readable(value, wider),
        mask: mask.map { try addend($0, wider, shapes) }, result: result, logSums: logSums,
        shapes: shapes, isCausal: isCausal, scale: scale, weightType: dtype)
      switch wider {
      case .float32: try operands.run(Float.self)
      case .float64: try operands.run(Double.self)
      default: throw noKernel(for: dtype)
      }
      if result !== output { try output.copy(from: result) }
    }
    return (output, logSums)
  }

  /// Makes the output: with the strides of the query where PyTorch's fused kernel runs.
  private func emptyOutput(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, _ shapes: AttentionShapes
  ) throws -> Tensor {
    let shape = shapes.batch + [shapes.queries, shapes.valueSize]
    let isFused =
      query.rank == 4 && shape == query.sizes && key.rank == 4 && value.rank == 4
      && [query, key, value].allSatisfy {
        $0.strides[3] == 1 && $0.elementCount > 0 && $0.sizes[0] == shape[0]
      } && (mask?.rank ?? 2) % 2 == 0
    if isFused { return try query.emptyLike() }
    return try .empty(shape, query.dtype, device: query.device)
  }

  /// Returns matrices whose rows lie together, in the dtype of the computation.
  private func readable(_ tensor: Tensor, _ dtype: ScalarType) throws -> Tensor {
    let converted = try tensor.converted(to: dtype)
    return converted.matrixLayout.isRowMajor ? converted : try converted.contiguous()
  }

  /// Returns the mask as numbers to add, expanded to the shape of the scores.
  private func addend(
    _ mask: Tensor, _ dtype: ScalarType, _ shapes: AttentionShapes
  ) throws -> Tensor {
    var numbers = mask
    if mask.dtype == .bool {
      numbers = try Tensor.empty(mask.sizes, dtype)
      try numbers.fill(.float(-.infinity))
      let places = try mask.contiguous()
      let visible = try places.pointer(Bool8.self)
      for index in 0..<numbers.elementCount where visible[index].value {
        let place = try numbers.mutableBytes() + index * numbers.itemSize
        place.initializeMemory(as: UInt8.self, repeating: 0, count: numbers.itemSize)
      }
    }
    return try numbers.converted(to: dtype).expand(
      shapes.batch + [shapes.queries, shapes.keys])
  }
}

/// The sizes of an attention's operands, checked against one another.
struct AttentionShapes {
  /// The sizes before the last two, heads last.
  let batch: [Int]
  let queries: Int
  let keys: Int
  /// The size of a query and of a key.
  let size: Int
  let valueSize: Int
  /// How many heads of the query share a head of the keys, and of the values.
  let shared: (keys: Int, values: Int)

  init(
    _ query: Tensor, _ key: Tensor, _ value: Tensor, sharesHeads: Bool
  ) throws(FXError) {
    func lead(_ tensor: Tensor) -> [Int] { Array(tensor.sizes.dropLast(2)) }
    func last(_ tensor: Tensor, _ place: Int) -> Int { tensor.sizes[tensor.rank - place] }
    (queries, size) = (last(query, 2), last(query, 1))
    (keys, valueSize) = (last(key, 2), last(value, 1))
    guard last(key, 1) == size, last(value, 2) == keys else {
      throw Self.misfit(query, key, value)
    }
    guard sharesHeads, query.rank > 2, key.rank > 2, value.rank > 2 else {
      batch = try Geometry.broadcast(
        Geometry.broadcast(lead(query), lead(key)), lead(value))
      shared = (1, 1)
      return
    }
    let heads = (last(query, 3), last(key, 3), last(value, 3))
    guard heads.1 > 0, heads.2 > 0, heads.0 % heads.1 == 0, heads.0 % heads.2 == 0 else {
      throw Self.misfit(query, key, value)
    }
    shared = (heads.0 / heads.1, heads.0 / heads.2)
    let outer = try Geometry.broadcast(
      Geometry.broadcast(Array(lead(query).dropLast()), Array(lead(key).dropLast())),
      Array(lead(value).dropLast()))
    batch = outer + [heads.0]
  }

  private static func misfit(_ query: Tensor, _ key: Tensor, _ value: Tensor) -> FXError {
    let shapes = [query, key, value].map { Geometry.text($0.sizes) }
    return FXError(
      .tensorShape, "the shapes \(shapes.joined(separator: ", ")) do not fit together")
  }

  /// Returns where a batch and head begin in an operand.
  func offset(_ index: Int, in tensor: Tensor, shared: Int = 1) -> Int {
    var rest = index
    var offset = 0
    for axis in batch.indices.reversed() {
      var place = rest % batch[axis]
      rest /= batch[axis]
      if axis == batch.count - 1 { place /= shared }
      let own = axis - batch.count + tensor.rank - 2
      if own >= 0, tensor.sizes[own] != 1 { offset += place * tensor.strides[own] }
    }
    return offset
  }
}
