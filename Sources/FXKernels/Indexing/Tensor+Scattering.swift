import FXCore
import FXTensor

/// Changes elements in place at positions that an index tells.
extension Tensor {
  /// Writes elements to an index for each position along a dimension (`Tensor.scatter_`).
  ///
  /// A source without dimensions is written everywhere.
  /// - Throws: `tensor.index`, `tensor.shape` or `tensor.memory`.
  public func scatter(_ axis: Int, _ index: Tensor, _ source: Tensor) throws {
    let places = try DimensionIndex(positions: index, of: self, axis)
    if index.elementCount == 0 { return }
    try copyToPlaces(
      places.walked(self), Self.part(of: source, for: places), places.offsets)
  }

  /// Joins elements with those at an index for each position along a dimension
  /// (`Tensor.scatter_reduce_`).
  ///
  /// - Parameter includesSelf: whether elements that are there count; if not, those at the index
  ///   are only the source's.
  /// - Throws: `tensor.index`, `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func scatterReduce(
    _ axis: Int, _ index: Tensor, _ source: Tensor, _ reduction: IndexReduction,
    includesSelf: Bool = true
  ) throws {
    try withOpMath(of: reduction, keepsHalves: false) { target in
      let places = try DimensionIndex(positions: index, of: target, axis)
      if index.elementCount == 0 { return }
      let source = try Self.part(of: source, for: places)
      try target.reduce(places, source, reduction, includesSelf) {
        try DimensionIndex(positions: index, of: $0, axis)
      }
    }
  }

  /// Writes slices to the indices of a vector (`Tensor.index_copy_`, `Tensor.index_fill_`).
  ///
  /// - Throws: `tensor.index`, `tensor.shape` or `tensor.memory`.
  public func indexCopy(
    _ axis: Int, _ index: Tensor, _ source: Tensor, countsFromEnd: Bool = false
  ) throws {
    let places = try DimensionIndex(
      vector: index, of: self, axis, countsFromEnd: countsFromEnd)
    let source = try Self.slices(source, for: places)
    if index.elementCount == 0 || elementCount == 0 { return }
    try copyToPlaces(places.walked(self), source, places.offsets)
  }

  /// Joins slices with those at the indices of a vector (`Tensor.index_reduce_`,
  /// `Tensor.index_add_`).
  ///
  /// - Throws: `tensor.index`, `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func indexReduce(
    _ axis: Int, _ index: Tensor, _ source: Tensor, _ reduction: IndexReduction,
    includesSelf: Bool = true
  ) throws {
    try withOpMath(of: reduction, keepsHalves: true) { target in
      let places = try DimensionIndex(vector: index, of: target, axis)
      let source = try Self.slices(source, for: places)
      if index.elementCount == 0 || elementCount == 0 { return }
      try target.reduce(places, source, reduction, includesSelf) {
        try DimensionIndex(vector: index, of: $0, axis)
      }
    }
  }

  /// Writes elements to places in row-major order, or adds them (`Tensor.put_`).
  ///
  /// - Throws: `tensor.index`, `tensor.shape`, `tensor.dtype` or `tensor.memory`.
  public func put(_ index: Tensor, _ source: Tensor, accumulates: Bool) throws {
    guard index.elementCount == source.elementCount else {
      throw FXError(
        .tensorShape,
        "\(source.elementCount) elements cannot be put to \(index.elementCount) places")
    }
    if index.elementCount == 0 { return }
    let flat = try reshape([elementCount])
    let places = try index.reshape([index.elementCount])
    let values = try source.reshape([source.elementCount])
    try flat.indexPut([places], values, accumulates: accumulates)
    if !flat.sharesStorage(with: self) { try copy(from: flat.view(sizes)) }
  }

  /// Returns the part of a source that the positions of an index take.
  private static func part(of source: Tensor, for places: DimensionIndex) throws -> Tensor {
    if source.rank == 0 { return source }
    if source.sizes == places.shape { return source }
    guard source.rank == max(places.shape.count, 1) else {
      throw FXError(
        .tensorShape,
        "the source has \(source.rank) dimensions, and the index \(places.shape.count)")
    }
    for (have, need) in zip(source.sizes, places.shape) where have < need {
      throw FXError(
        .tensorShape,
        "the source of the shape \(Geometry.text(source.sizes)) is smaller than the index of the "
          + "shape \(Geometry.text(places.shape))")
    }
    return try source.asStrided(places.shape, Array(source.strides.prefix(places.shape.count)))
  }

  /// Checks that a source has a slice for each index; a number goes to all.
  private static func slices(_ source: Tensor, for places: DimensionIndex) throws -> Tensor {
    if source.rank == 0 { return source }
    if places.shape.isEmpty, source.elementCount == 1 { return try source.reshape([]) }
    guard source.sizes == places.shape else {
      throw FXError(
        .tensorShape,
        "the source has the shape \(Geometry.text(source.sizes)), and what it goes to "
          + Geometry.text(places.shape))
    }
    return source
  }

  /// Tells whether two tensors have one storage.
  func sharesStorage(with other: Tensor) -> Bool { storage === other.storage }
}
