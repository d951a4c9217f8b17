import FXCore
import FXTensor

/// Rules of operators that make tensors, and of those that change no shape.
extension ShapeRules {
  /// Returns the rule of operators whose result is like an argument, contiguous or not as that is.
  ///
  /// - Parameter dtype: the position of a dtype that takes the argument's place.
  public static func like(
    _ index: Int = 0, dtype: Int? = nil
  ) -> OperatorDefinition.ShapeRule {
    { call in
      let tensor = try call.fake(index)
      let given = try dtype.flatMap { try call.optionalDType($0) }
      return .fake(try dense(like: tensor, given ?? tensor.dtype, call.symbols))
    }
  }

  /// Returns the rule of operators whose results are each like an argument, row-major.
  public static func contiguousLike(_ positions: [Int]) -> OperatorDefinition.ShapeRule {
    { call in
      let results = try positions.map { position -> IValue in
        let tensor = try call.fake(position)
        return .fake(FakeTensor(tensor.dtype, tensor.sizes, device: tensor.device))
      }
      return results.count == 1 ? results[0] : .tuple(results)
    }
  }

  /// Makes a dense tensor in the order of another's dimensions (`memory_format=preserve`).
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  public static func dense(
    like tensor: FakeTensor, _ dtype: ScalarType, _ symbols: SymbolicContext
  ) throws -> FakeTensor {
    if try isDense(tensor, symbols) {
      return FakeTensor(dtype, tensor.sizes, strides: tensor.strides, device: tensor.device)
    }
    return try elementwise(
      [FakeTensor(dtype, tensor.sizes, strides: tensor.strides, device: tensor.device)], dtype,
      symbols)
  }

  /// Tells the result of operators that change a copy of the first argument: it has the same strides,
  /// gaps included, unless elements share places (`clone_preserve_strides`).
  @Sendable package static func preservingStrides(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let sharesPlaces = zip(tensor.sizes, tensor.strides).contains { $0 != 1 && $1 == 0 }
    if sharesPlaces { return try same(call) }
    return .fake(
      FakeTensor(tensor.dtype, tensor.sizes, strides: tensor.strides, device: tensor.device))
  }

  /// Returns the rule of operators that make a tensor of sizes and options.
  ///
  /// - Parameters:
  ///   - sizes: the position of the sizes.
  ///   - dtype: the position of the dtype; float32 where it is nil or `None`.
  public static func made(
    sizes: Int, dtype: Int?, device: Int? = nil, fallback: ScalarType = .float32
  ) -> OperatorDefinition.ShapeRule {
    { call in
      let given = try dtype.flatMap { try call.optionalDType($0) }
      let place = try device.flatMap { try call.optionalDevice($0) }
      return .fake(
        FakeTensor(given ?? fallback, try call.sizes(sizes), device: place ?? .cpu))
    }
  }
}

/// Rules of operators that give a tensor another size, whatever it holds.
extension ShapeRules {
  /// `resize_(Tensor(a!) self, SymInt[] size, *, MemoryFormat? memory_format=None) -> Tensor(a!)`,
  /// `resize_as_(Tensor(a!) self, Tensor the_template, …) -> Tensor(a!)` and their kin
  @Sendable package static func resized(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let template = call[1].isTensor ? try call.fake(1) : nil
    let sizes = try template?.sizes ?? call.sizes(1)
    var format = try call.index(of: "memory_format").flatMap { try call.optionalMemoryFormat($0) }
    if format == .preserve {
      guard let template else { throw call.error("preserve is not a format to resize to") }
      let isLast = try template.suggestsChannelsLast(call.symbols)
      format = isLast ? (sizes.count == 4 ? .channelsLast : .channelsLast3d) : .contiguous
    }
    let isLast = format == .channelsLast || format == .channelsLast3d
    guard !isLast || sizes.count == (format == .channelsLast ? 4 : 5) else {
      throw call.error("there are \(sizes.count) dimensions for the memory format")
    }
    // Of the same sizes, nothing moves.
    if format == nil || format == .contiguous, sizes == tensor.sizes { return call[0] }
    let strides = isLast ? try channelsLastStrides(sizes) : nil
    return .fake(FakeTensor(tensor.dtype, sizes, strides: strides, device: tensor.device))
  }

  /// `tril_indices(int row, int col, int offset=0, *, …) -> Tensor`, `triu_indices`
  @Sendable package static func triangleIndices(_ call: OperatorCall) throws -> IValue {
    let (rows, columns, offset) = (try call.int(0), try call.int(1), try call.int(2))
    guard rows >= 0, columns >= 0, rows < 1 << 24 else {
      throw call.error("a size is out of range")
    }
    let isLower = call.schema.name == "tril_indices"
    var count = 0
    for row in 0..<rows {
      let (end, overflow) = row.addingReportingOverflow(offset)
      let edge =
        overflow ? (offset < 0 ? 0 : columns) : isLower ? (end == .max ? end : end + 1) : end
      let kept = min(max(edge, 0), columns)
      let (sum, isTooLarge) = count.addingReportingOverflow(isLower ? kept : columns - kept)
      guard !isTooLarge else { throw call.error("there are too many indices") }
      count = sum
    }
    let options = try CreationOptions(call)
    return .fake(
      FakeTensor(options.dtype ?? .int64, [2, .int(count)], device: options.device ?? .cpu))
  }

  /// `_reshape_from_tensor(Tensor self, Tensor shape) -> Tensor`
  @Sendable package static func reshapedByData(_ call: OperatorCall) throws -> IValue {
    let (tensor, shape) = (try call.fake(0), try call.fake(1))
    guard shape.rank == 1, let rank = shape.sizes[0].int, rank < 64 else {
      throw FXError(.shapeDataDependent, "how many dimensions there are depends on data")
    }
    let sizes = try (0..<rank).map { _ in SymbolicSize(try call.symbols.makeUnbacked()) }
    return .fake(FakeTensor(tensor.dtype, sizes, device: tensor.device))
  }
}

extension OperatorCall {
  /// Returns the dimensions of the first argument from the outermost in memory on, as kernels go
  /// through a result like it.
  package func memoryOrder() throws -> [Int] {
    let tensor = try fake(0)
    let symbols = try symbols
    let strides = try ShapeRules.dense(like: tensor, tensor.dtype, symbols).strides.map {
      symbols.hint(of: $0) ?? 0
    }
    return tensor.sizes.indices.sorted { (strides[$1], $0) < (strides[$0], $1) }
  }
}
