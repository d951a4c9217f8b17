import FXCore
import FXTensor

/// Rules of views: sizes, strides and offsets of what is shown in another form.
extension ShapeRules {
  private static func view(
    of tensor: FakeTensor, _ sizes: [SymbolicSize], _ strides: [SymbolicSize],
    offset: SymbolicSize? = nil
  ) -> IValue {
    .fake(
      FakeTensor(
        tensor.dtype, sizes, strides: strides, storageOffset: offset ?? tensor.storageOffset,
        device: tensor.device, layout: tensor.layout))
  }

  /// How many parts a tensor is divided into at most.
  package static let mostParts = 1 << 20

  /// Returns a dimension of a tensor that has some.
  ///
  /// - Throws: `tensor.index`, or `operator.domain` for a tensor without dimensions.
  static func axis(_ axis: Int, of tensor: FakeTensor, _ call: OperatorCall) throws -> Int {
    guard tensor.rank > 0 else { throw call.error("a tensor without dimensions has no parts") }
    return try Geometry.axis(axis, of: tensor.rank)
  }

  /// The rule of operators that give their first argument itself.
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func alias(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    return view(of: tensor, tensor.sizes, tensor.strides)
  }

  /// `view(Tensor(a) self, SymInt[] size) -> Tensor(a)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func view(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let symbols = try call.symbols
    let count = try SymbolicSize.product(tensor.sizes)
    let shape = try inferred(call.sizes(1), count)
    if let present = symbols.hint(of: count),
      let wanted = try symbols.hint(of: SymbolicSize.product(shape)), present != wanted
    {
      throw call.error("\(present) elements can't be shown as \(wanted)")
    }
    guard let strides = try viewStrides(tensor, to: shape, symbols) else {
      throw call.error("the tensor can't be shown in this shape without a copy")
    }
    return view(of: tensor, shape, strides)
  }

  /// Returns a shape with its -1 replaced by the size that makes up the number of elements.
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  public static func inferred(
    _ shape: [SymbolicSize], _ count: SymbolicSize
  ) throws -> [SymbolicSize] {
    guard let unknown = shape.firstIndex(of: -1) else { return shape }
    var result = shape
    result[unknown] = 1
    let known = try SymbolicSize.product(result)
    result[unknown] = try known == count ? 1 : count.floorDivided(by: known)
    return result
  }

  /// Returns the strides that show a tensor in another shape, or nil where only a copy can.
  ///
  /// As `Geometry.viewStrides`, on sizes that may be symbolic.
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  public static func viewStrides(
    _ tensor: FakeTensor, to shape: [SymbolicSize], _ symbols: SymbolicContext
  ) throws -> [SymbolicSize]? {
    let (sizes, strides) = (tensor.sizes, tensor.strides)
    if tensor.isContiguous || sizes.contains(0) || sizes.isEmpty {
      return SymbolicSize.contiguousStrides(shape)
    }
    var result = [SymbolicSize](repeating: 1, count: shape.count)
    var target = shape.count - 1
    var chunkStride = strides[sizes.count - 1]
    var chunkCount: SymbolicSize = 1
    var viewCount: SymbolicSize = 1
    for axis in sizes.indices.reversed() {
      chunkCount = try chunkCount * sizes[axis]
      if axis > 0 {
        let isJoined = try symbols.isEqual(strides[axis - 1], chunkCount * chunkStride)
        if sizes[axis - 1] == 1 || isJoined { continue }
      }
      while target >= 0 {
        let isFull = try !symbols.isLess(viewCount, chunkCount)
        if isFull, shape[target] != 1 { break }
        result[target] = try viewCount * chunkStride
        viewCount = try viewCount * shape[target]
        target -= 1
      }
      guard try symbols.isEqual(viewCount, chunkCount) else { return nil }
      if axis > 0 {
        chunkStride = strides[axis - 1]
        chunkCount = 1
        viewCount = 1
      }
    }
    return target == -1 ? result : nil
  }

  /// `permute(Tensor(a) self, int[] dims) -> Tensor(a)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func permute(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let order = try call.ints(1).map { try Geometry.axis($0, of: tensor.rank) }
    guard order.count == tensor.rank, Set(order).count == order.count else {
      throw call.error("the dimensions \(order) are not an order of \(tensor.rank)")
    }
    return view(of: tensor, order.map { tensor.sizes[$0] }, order.map { tensor.strides[$0] })
  }

  /// `squeeze.dims(Tensor(a) self, int[] dim) -> Tensor(a)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func squeezeDims(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let dropped = Set(try call.ints(1).map { try Geometry.axis($0, of: tensor.rank) })
    let kept = tensor.sizes.indices.filter { !dropped.contains($0) || tensor.sizes[$0] != 1 }
    return view(of: tensor, kept.map { tensor.sizes[$0] }, kept.map { tensor.strides[$0] })
  }

  /// `squeeze(Tensor(a) self) -> Tensor(a)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func squeeze(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let kept = tensor.sizes.indices.filter { tensor.sizes[$0] != 1 }
    return view(of: tensor, kept.map { tensor.sizes[$0] }, kept.map { tensor.strides[$0] })
  }

  /// `unsqueeze(Tensor(a) self, int dim) -> Tensor(a)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func unsqueeze(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let axis = try Geometry.axis(call.int(1), of: tensor.rank + 1)
    return .fake(try inserting(1, at: axis, in: tensor))
  }

  /// `expand(Tensor(a) self, SymInt[] size, *, bool implicit=False) -> Tensor(a)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func expand(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let shape = try call.sizes(1)
    let added = shape.count - tensor.rank
    guard added >= 0 else { throw call.error("the shape has fewer dimensions than the tensor") }
    var sizes = shape
    var strides = [SymbolicSize](repeating: 0, count: shape.count)
    for axis in shape.indices.reversed() {
      let old = axis - added
      guard old >= 0 else {
        // A new dimension steps over all of the tensor where it does not repeat.
        if shape[axis] == 1 {
          strides[axis] = tensor.rank == 0 ? 1 : try tensor.sizes[0] * tensor.strides[0]
        }
        continue
      }
      if shape[axis] == -1 { sizes[axis] = tensor.sizes[old] }
      let isSame = try call.symbols.isEqual(sizes[axis], tensor.sizes[old])
      if isSame || tensor.sizes[old] != 1 { strides[axis] = tensor.strides[old] }
    }
    return view(of: tensor, sizes, strides)
  }

  /// `as_strided(Tensor(a) self, SymInt[] size, SymInt[] stride, SymInt? storage_offset=None)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func asStrided(_ call: OperatorCall) throws -> IValue {
    try view(
      of: call.fake(0), call.sizes(1), call.sizes(2), offset: call.optionalSize(3))
  }

  /// `select.int(Tensor(a) self, int dim, SymInt index) -> Tensor(a)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func select(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let axis = try Geometry.axis(call.int(1), of: tensor.rank)
    guard tensor.rank > 0 else { throw call.error("a tensor without dimensions has no parts") }
    var index = try call.size(2)
    if try call.symbols.isLess(index, 0) { index = try index + tensor.sizes[axis] }
    let offset = try tensor.storageOffset + index * tensor.strides[axis]
    var (sizes, strides) = (tensor.sizes, tensor.strides)
    sizes.remove(at: axis)
    strides.remove(at: axis)
    return view(of: tensor, sizes, strides, offset: offset)
  }

  /// `slice.Tensor(Tensor(a) self, int dim=0, SymInt? start=None, SymInt? end=None, SymInt step=1)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func slice(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let axis = try axis(call.int(1), of: tensor, call)
    var (sizes, strides) = (tensor.sizes, tensor.strides)
    let range: (start: SymbolicSize, length: SymbolicSize, step: SymbolicSize)
    do {
      range = try sliceRange(call, size: sizes[axis], from: 2)
    } catch let error as FXError where error.code == .shapeDataDependent {
      // The length and the offset are numbers of their own, which data tell.
      sizes[axis] = SymbolicSize(try call.symbols.makeUnbacked())
      strides[axis] = try strides[axis] * call.size(4)
      let offset = SymbolicSize(try call.symbols.makeUnbacked())
      return view(of: tensor, sizes, strides, offset: offset)
    }
    sizes[axis] = range.length
    let offset = try tensor.storageOffset + range.start * strides[axis]
    strides[axis] = try strides[axis] * range.step
    return view(of: tensor, sizes, strides, offset: offset)
  }

  /// Reads start, end and step of a slice, and returns how many steps there are.
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  public static func sliceRange(
    _ call: OperatorCall, size: SymbolicSize, from position: Int
  ) throws -> (start: SymbolicSize, length: SymbolicSize, step: SymbolicSize) {
    let symbols = try call.symbols
    func clamped(_ value: SymbolicSize?, _ otherwise: SymbolicSize) throws -> SymbolicSize {
      guard var value else { return otherwise }
      if value == otherwise || value == .int(.max) { return otherwise == 0 ? value : otherwise }
      if try symbols.isLess(value, 0) {
        value = try value + size
        if try symbols.isLess(value, 0) { return 0 }
      }
      return try symbols.isLess(size, value) ? size : value
    }
    let start = try clamped(call.optionalSize(position), 0)
    var end = try clamped(call.optionalSize(position + 1), size)
    if try symbols.isLess(end, start) { end = start }
    let step = try call.size(position + 2)
    let span = try end - start
    let length = step == 1 ? span : try (span + step - 1).floorDivided(by: step)
    return (start, length, step)
  }

  /// `diagonal(Tensor(a) self, int offset=0, int dim1=0, int dim2=1) -> Tensor(a)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func diagonal(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let offset = try call.int(1)
    let first = try axis(call.int(2), of: tensor, call)
    let second = try axis(call.int(3), of: tensor, call)
    guard first != second else { throw call.error("the two dimensions are the same") }
    let symbols = try call.symbols
    let (rows, columns) = (tensor.sizes[first], tensor.sizes[second])
    let left = try offset < 0 ? rows + .int(offset) : rows
    let right = try offset > 0 ? columns - .int(offset) : columns
    var length = try SymbolicSize.minimum(left, right)
    if try symbols.isLess(length, 0) { length = 0 }
    let kept = tensor.sizes.indices.filter { $0 != first && $0 != second }
    let step = try tensor.strides[first] + tensor.strides[second]
    let stride = tensor.strides[offset < 0 ? first : second]
    let shift: SymbolicSize = length == 0 ? 0 : try stride * .int(abs(offset))
    return view(
      of: tensor, kept.map { tensor.sizes[$0] } + [length],
      kept.map { tensor.strides[$0] } + [step], offset: try tensor.storageOffset + shift)
  }

  /// `unfold(Tensor(a) self, int dimension, int size, int step) -> Tensor(a)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func unfold(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let axis = try Geometry.axis(call.int(1), of: tensor.rank)
    let (size, step) = (try call.size(2), try call.size(3))
    guard tensor.rank > 0 else { return view(of: tensor, [size], [1]) }
    var (sizes, strides) = (tensor.sizes, tensor.strides)
    let count = try (sizes[axis] - size).floorDivided(by: step) + 1
    let stride = strides[axis]
    sizes[axis] = count
    strides[axis] = try stride * step
    return view(of: tensor, sizes + [size], strides + [stride])
  }

  /// `view.dtype(Tensor(a) self, ScalarType dtype) -> Tensor(a)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func viewDType(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    guard let dtype = try call.optionalDType(1) else { throw call.wrong(1, "a dtype") }
    let (old, new) = (tensor.dtype.byteCount, dtype.byteCount)
    var (sizes, strides, offset) = (tensor.sizes, tensor.strides, tensor.storageOffset)
    if old != new, let last = sizes.indices.last {
      let isSmaller = new < old
      let ratio = SymbolicSize.int(isSmaller ? old / max(new, 1) : new / max(old, 1))
      func scaled(_ value: SymbolicSize) throws -> SymbolicSize {
        isSmaller ? try value * ratio : try value.floorDivided(by: ratio)
      }
      sizes[last] = try scaled(sizes[last])
      for axis in strides.indices where axis != last { strides[axis] = try scaled(strides[axis]) }
      offset = try scaled(offset)
    }
    return .fake(
      FakeTensor(dtype, sizes, strides: strides, storageOffset: offset, device: tensor.device))
  }

  /// `view_as_real(Tensor(a) self) -> Tensor(a)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func viewAsReal(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    return .fake(
      FakeTensor(
        tensor.dtype.partType, tensor.sizes + [2],
        strides: try tensor.strides.map { try $0 * 2 } + [1],
        storageOffset: try tensor.storageOffset * 2, device: tensor.device))
  }

  /// `view_as_complex(Tensor(a) self) -> Tensor(a)`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func viewAsComplex(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    guard tensor.sizes.last == 2 else { throw call.error("the last dimension has to have size 2") }
    return .fake(
      FakeTensor(
        tensor.dtype.complexType, tensor.sizes.dropLast(),
        strides: try tensor.strides.dropLast().map { try $0.floorDivided(by: 2) },
        storageOffset: try tensor.storageOffset.floorDivided(by: 2), device: tensor.device))
  }

  // MARK: Several views

  /// `split_with_sizes(Tensor(a -> *) self, SymInt[] split_sizes, int dim=0) -> Tensor(a)[]`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func splitWithSizes(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    return try parts(of: tensor, call.sizes(1), axis(call.int(2), of: tensor, call))
  }

  /// `split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func split(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let axis = try axis(call.int(2), of: tensor, call)
    let (size, part) = (tensor.sizes[axis], try call.size(1))
    let symbols = try call.symbols
    guard let whole = symbols.hint(of: size), let length = symbols.hint(of: part), length > 0 else {
      throw FXError(.shapeDataDependent, "how many parts there are depends on data")
    }
    let count = max((whole - 1) / length + 1, 1)
    guard count <= mostParts else { throw call.error("there are too many parts") }
    var sizes = [SymbolicSize](repeating: part, count: count)
    sizes[count - 1] = try size - part * .int(count - 1)
    return try parts(of: tensor, sizes, axis)
  }

  private static func parts(
    of tensor: FakeTensor, _ sizes: [SymbolicSize], _ axis: Int
  ) throws -> IValue {
    var start: SymbolicSize = 0
    var result: [IValue] = []
    for size in sizes {
      var shape = tensor.sizes
      shape[axis] = size
      let offset = try tensor.storageOffset + start * tensor.strides[axis]
      result.append(view(of: tensor, shape, tensor.strides, offset: offset))
      start = try start + size
    }
    return .list(result)
  }

  /// `unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]`
  ///
  /// - Throws: `tensor.shape` or `tensor.index` for arguments that do not fit,
  ///   `operator.argumentType` for those of another kind, `shape.dataDependent` where data decide.
  @Sendable public static func unbind(_ call: OperatorCall) throws -> IValue {
    let tensor = try call.fake(0)
    let axis = try Geometry.axis(call.int(1), of: tensor.rank)
    guard tensor.rank > 0, let count = try call.symbols.hint(of: tensor.sizes[axis]) else {
      throw FXError(.shapeDataDependent, "how many parts there are depends on data")
    }
    guard count <= mostParts else { throw call.error("there are too many parts") }
    var (sizes, strides) = (tensor.sizes, tensor.strides)
    sizes.remove(at: axis)
    let stride = strides.remove(at: axis)
    return .list(
      try (0..<count).map { index in
        view(
          of: tensor, sizes, strides, offset: try tensor.storageOffset + stride * .int(index))
      })
  }
}
