import FXCore
import FXTensor

/// Rules of operators that pick or put elements, join tensors, and sort.
extension ShapeRules {
  /// `cat(Tensor[] tensors, int dim=0) -> Tensor`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func cat(_ call: OperatorCall) throws -> IValue {
    let all = try call.fakes(0)
    // Vectors without elements have no part in it.
    let tensors = all.filter { $0.sizes != [0] }
    guard let first = tensors.first ?? all.first else { throw call.error("there is no tensor") }
    let dtype = try promoted(all, .same)
    if tensors.isEmpty { return .fake(FakeTensor(dtype, [0], device: first.device)) }
    let axis = try Geometry.axis(call.int(1), of: first.rank)
    guard first.rank > 0 else { throw call.error("tensors without dimensions can't be joined") }
    var sizes = first.sizes
    for tensor in tensors.dropFirst() {
      guard tensor.rank == first.rank else { throw call.error("the ranks differ") }
      for other in sizes.indices where other != axis {
        guard try call.symbols.isEqual(sizes[other], tensor.sizes[other]) else {
          throw call.error("the sizes differ in the dimension \(other)")
        }
        if sizes[other].int == nil, tensor.sizes[other].int != nil {
          sizes[other] = tensor.sizes[other]
        }
      }
      sizes[axis] = try sizes[axis] + tensor.sizes[axis]
    }
    let symbols = try call.symbols
    let isLast = tensors.allSatisfy { $0.suggestsChannelsLast(symbols) }
    let strides = isLast ? try channelsLastStrides(sizes) : nil
    return .fake(FakeTensor(dtype, sizes, strides: strides, device: first.device))
  }

  /// `gather(Tensor self, int dim, Tensor index, …) -> Tensor`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func gather(_ call: OperatorCall) throws -> IValue {
    let (tensor, index) = (try call.fake(0), try call.fake(2))
    return .fake(FakeTensor(tensor.dtype, index.sizes, device: tensor.device))
  }

  /// `index_select(Tensor self, int dim, Tensor index) -> Tensor`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func indexSelect(_ call: OperatorCall) throws -> IValue {
    let (tensor, index) = (try call.fake(0), try call.fake(2))
    var sizes = tensor.sizes
    if tensor.rank > 0 {
      sizes[try Geometry.axis(call.int(1), of: tensor.rank)] = try SymbolicSize.product(index.sizes)
    }
    return .fake(FakeTensor(tensor.dtype, sizes, device: tensor.device))
  }

  /// `embedding(Tensor weight, Tensor indices, …) -> Tensor`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func embedding(_ call: OperatorCall) throws -> IValue {
    let (weight, indices) = (try call.fake(0), try call.fake(1))
    guard weight.rank == 2 else { throw call.error("the weight has to be a matrix") }
    return .fake(
      FakeTensor(weight.dtype, indices.sizes + [weight.sizes[1]], device: weight.device))
  }

  /// `index.Tensor(Tensor self, Tensor?[] indices) -> Tensor`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func index(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    var indices: [[SymbolicSize]?] = []
    for index in try call.optionalFakes(1) {
      guard let index else {
        indices.append(nil)
        continue
      }
      if index.dtype == .bool || index.dtype == .uint8 {
        // A mask picks as many elements as are true, which depends on data.
        let count = SymbolicSize(try call.symbols.makeUnbacked())
        for _ in 0..<max(index.rank, 1) { indices.append([count]) }
      } else {
        indices.append(index.sizes)
      }
    }
    guard indices.count <= tensor.rank else { throw call.error("there are too many indices") }
    while indices.count < tensor.rank { indices.append(nil) }
    let places = indices.indices.filter { indices[$0] != nil }
    var shape: [SymbolicSize] = []
    for case let sizes? in indices { shape = try broadcast(shape, sizes, call.symbols) }
    guard let first = places.first, let last = places.last else {
      return .fake(FakeTensor(tensor.dtype, tensor.sizes, device: tensor.device))
    }
    let isAdjacent = last - first + 1 == places.count
    let rest = indices.indices.filter { indices[$0] == nil }
    let before = isAdjacent ? rest.filter { $0 < first } : []
    let behind = isAdjacent ? rest.filter { $0 > last } : rest
    let sizes = before.map { tensor.sizes[$0] } + shape + behind.map { tensor.sizes[$0] }
    if tensor.sizes.contains(0) {
      return .fake(FakeTensor(tensor.dtype, sizes, device: tensor.device))
    }
    let steps =
      before.map { tensor.strides[$0] } + shape.map { _ in 0 } + behind.map { tensor.strides[$0] }
    return .fake(try picked(tensor, sizes, steps, call.symbols))
  }

  /// Makes what is picked from a tensor: picked dimensions step by 0 where the order of dimensions is
  /// decided.
  static func picked(
    _ tensor: FakeTensor, _ sizes: [SymbolicSize], _ steps: [SymbolicSize],
    _ symbols: SymbolicContext
  ) throws -> FakeTensor {
    let walked = FakeTensor(tensor.dtype, sizes, strides: steps, device: tensor.device)
    return try elementwise([walked], tensor.dtype, symbols)
  }

  /// `nonzero(Tensor self) -> Tensor`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func nonzero(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    if tensor.sizes.contains(0) {
      return .fake(
        FakeTensor(.int64, [0, .int(tensor.rank)], strides: [1, 1], device: tensor.device))
    }
    let count = SymbolicSize(try call.symbols.makeUnbacked())
    return .fake(
      FakeTensor(
        .int64, [count, .int(tensor.rank)], strides: [1, count], device: tensor.device))
  }

  /// `sort(Tensor self, int dim=-1, …) -> (Tensor values, Tensor indices)` and the like
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func valuesAndIndices(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let values = try dense(like: tensor, tensor.dtype, call.symbols)
    let indices = FakeTensor(.int64, values.sizes, strides: values.strides, device: values.device)
    return .tuple([.fake(values), .fake(indices)])
  }

  /// `topk(Tensor self, SymInt k, int dim=-1, …) -> (Tensor values, Tensor indices)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func topk(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    var sizes = tensor.sizes
    if tensor.rank > 0 { sizes[try Geometry.axis(call.int(2), of: tensor.rank)] = try call.size(1) }
    return .tuple([
      .fake(FakeTensor(tensor.dtype, sizes, device: tensor.device)),
      .fake(FakeTensor(.int64, sizes, device: tensor.device)),
    ])
  }
}

/// Rules of operators that repeat elements or put some around them.
extension ShapeRules {
  /// `constant_pad_nd(Tensor self, SymInt[] pad, Scalar value=0) -> Tensor`, `reflection_pad1d`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func pad(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let amounts = try call.sizes(1)
    guard amounts.count % 2 == 0, amounts.count / 2 <= tensor.rank else {
      throw call.error("there are \(amounts.count) amounts for \(tensor.rank) dimensions")
    }
    var sizes = tensor.sizes
    for pair in 0..<amounts.count / 2 {
      let axis = sizes.count - 1 - pair
      sizes[axis] = try sizes[axis] + amounts[2 * pair] + amounts[2 * pair + 1]
    }
    // Where nothing is added, a part is copied, whose order of dimensions stays.
    if call.schema.name == "constant_pad_nd", amounts.allSatisfy({ ($0.int ?? 1) <= 0 }) {
      let part = FakeTensor(tensor.dtype, sizes, strides: tensor.strides, device: tensor.device)
      return .fake(try dense(like: part, tensor.dtype, call.symbols))
    }
    // PyTorch's rules know memory formats of images in two dimensions alone, but for zeros.
    let keepsFormat = call.schema.name == "constant_pad_nd" || tensor.rank == 4
    guard keepsFormat else { return .fake(FakeTensor(tensor.dtype, sizes, device: tensor.device)) }
    return .fake(try image(like: tensor, sizes, symbols: call.symbols))
  }

  /// `repeat(Tensor self, SymInt[] repeats) -> Tensor`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func repeated(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let counts = try call.sizes(1)
    guard counts.count >= tensor.rank else { throw call.error("there are too few repeats") }
    let padded = Array(repeating: SymbolicSize.int(1), count: counts.count - tensor.rank)
    let sizes = try zip(padded + tensor.sizes, counts).map { try $0 * $1 }
    return .fake(FakeTensor(tensor.dtype, sizes, device: tensor.device))
  }

  /// `masked_scatter(Tensor self, Tensor mask, Tensor source) -> Tensor`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func maskedScatter(_ call: OperatorCall) throws -> IValue {
    let (tensor, mask) = (try call.fake(0), try call.fake(1))
    let sizes = try broadcast(tensor.sizes, mask.sizes, call.symbols)
    return .fake(FakeTensor(tensor.dtype, sizes, device: tensor.device))
  }

  /// `masked_select(Tensor self, Tensor mask) -> Tensor`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func maskedSelect(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let count = SymbolicSize(try call.symbols.makeUnbacked())
    return .fake(FakeTensor(tensor.dtype, [count], device: tensor.device))
  }

  /// `nonzero_static(Tensor self, *, SymInt size, int fill_value=-1) -> Tensor`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func nonzeroStatic(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    return .fake(
      FakeTensor(.int64, [try call.size(1), .int(tensor.rank)], device: tensor.device))
  }

  /// `embedding_dense_backward(Tensor grad_output, Tensor indices, SymInt num_weights, …)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func embeddingBackward(_ call: OperatorCall) throws -> IValue {
    let gradient = try call.fake(0)
    let width = gradient.sizes.last ?? 1
    return .fake(
      FakeTensor(gradient.dtype, [try call.size(2), width], device: gradient.device))
  }
}
