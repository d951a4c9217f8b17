import FXCore
import FXOperators
import FXTensor

/// Views of all parts of a dimension: `split`, `chunk`, `unbind`.
enum SplittingViews {
  static let all: [OperatorDefinition] =
    [
      splitWithSizes, split, chunk, unbind, unsafeChunk, tensorSplitSections, tensorSplitIndices,
      tensorSplitTensor,
    ] + stackedSplits

  /// `split_with_sizes(Tensor(a -> *) self, SymInt[] split_sizes, int dim=0) -> Tensor(a)[]`
  static let splitWithSizes = OperatorDefinition(
    "aten::split_with_sizes", "aten::split.sizes", "aten::split", "aten::unsafe_split_with_sizes",
    shape: ShapeRules.splitWithSizes,
    decomposition: { call, e in
      try e.call("aten::split_with_sizes", call[0], call[1], call[2])
    }, kernel: { call in .tensors(try call.tensor(0).split(sizes: call.ints(1), call.int(2))) }
  )
  .viewing(parts)
  .differentiated(by: .view)
  .batched(.dimensions([2]), only: "aten::split_with_sizes")

  /// `split.Tensor(Tensor(a -> *) self, SymInt split_size, int dim=0) -> Tensor(a)[]`
  static let split = OperatorDefinition(
    "aten::split.Tensor", "aten::unsafe_split.Tensor", shape: ShapeRules.split,
    decomposition: { call, e in
      let size = try call[0].size(call.int(2))
      let part = try call.size(1)
      if part == size { return .list([try e.call("aten::alias", call[0])]) }
      guard part != 0 else { throw call.error("the size of parts is 0") }
      let count = try (size + part - 1).floorDivided(by: part).requireStatic()
      var sizes = Array(repeating: part, count: max(count, 1))
      sizes[sizes.count - 1] = try size - part * .int(sizes.count - 1)
      return try e.call("aten::split_with_sizes", call[0], .sizes(sizes), call[2])
    }, kernel: { call in .tensors(try call.tensor(0).split(call.int(1), call.int(2))) }
  )
  .viewing(parts)
  .differentiated(by: .view)
  .batched(.dimensions([2]), only: "aten::split.Tensor")

  /// `chunk(Tensor(a -> *) self, int chunks, int dim=0) -> Tensor(a)[]`
  static let chunk = OperatorDefinition(
    "aten::chunk",
    decomposition: { call, e in
      let count = try call.int(1)
      let part = try chunkSize(call)
      if part == 0 {
        let sizes = IValue.ints(Array(repeating: 0, count: count))
        return try e.call("aten::split_with_sizes", call[0], sizes, call[2])
      }
      return try e.call("aten::split.Tensor", call[0], IValue(part), call[2])
    }, kernel: { call in .tensors(try call.tensor(0).chunk(call.int(1), call.int(2))) }
  )
  .viewing(parts)
  .differentiated(by: .view)
  .batched(.dimensions([2]))

  /// Returns the size of all chunks but the last, which may be smaller.
  private static func chunkSize(_ call: OperatorCall) throws -> SymbolicSize {
    let count = try call.int(1)
    guard count > 0 else { throw call.error("the number of chunks is \(count)") }
    return try (call[0].size(call.int(2)) + .int(count - 1)).floorDivided(by: .int(count))
  }

  /// `unsafe_chunk(Tensor self, int chunks, int dim=0) -> Tensor[]`
  static let unsafeChunk = OperatorDefinition("aten::unsafe_chunk") { call, e in
    try e.call("aten::chunk", call[0], call[1], call[2])
  }

  /// `unbind.int(Tensor(a -> *) self, int dim=0) -> Tensor(a)[]`
  static let unbind = OperatorDefinition(
    "aten::unbind.int", shape: ShapeRules.unbind,
    decomposition: { call, e in
      let count = try call[0].size(call.int(1)).requireStatic()
      return .list(
        try (0..<count).map { try e.call("aten::select.int", call[0], call[1], .int($0)) })
    }, kernel: { call in .tensors(try call.tensor(0).unbind(call.int(1))) }
  )
  .viewing(selections)
  .differentiated(by: .view)
  .batched(.dimensions([1]))

  /// Puts a part back at its place, which the sizes of the parts before it tell.
  private static let parts = ViewRule { write, e in
    let call = write.call
    guard let part = write.part, case .int(let axis) = call[2] else { throw write.unsupported }
    let size = try write.value.size(axis)
    var start: SymbolicSize = 0
    if call.schema.name == "chunk" {
      start = try chunkSize(call) * .int(part)
    } else if call[1].elements != nil {
      for before in try call.sizes(1).prefix(part) { start = try start + before }
    } else {
      start = try call.size(1) * .int(part)
    }
    return try e.call(
      "aten::slice_scatter", write.base, write.value, .int(axis), IValue(start),
      IValue(start + size))
  }

  /// Puts a part back that has lost its dimension.
  private static let selections = ViewRule { write, e in
    guard let part = write.part else { throw write.unsupported }
    return try e.call(
      "aten::select_scatter", write.base, write.value, write.call[1], .int(part))
  }

  /// `tensor_split.sections(Tensor(a -> *) self, SymInt sections, int dim=0) -> Tensor(a)[]`
  static let tensorSplitSections = OperatorDefinition("aten::tensor_split.sections") { call, e in
    let size = try call[0].size(call.int(2))
    let count = try call.int(1)
    guard count > 0, count <= ShapeRules.mostParts else {
      throw call.error("the number of sections is \(count)")
    }
    guard let number = try size.int ?? call.symbols.hint(of: size) else {
      throw FXError(.shapeDataDependent, "the sizes of parts depend on data")
    }
    let least = try size.int.map { .int($0 / count) } ?? size.floorDivided(by: .int(count))
    let larger = number % count
    var start: SymbolicSize = 0
    return .list(
      try (0..<count).map { index in
        let end = try start + (index < larger ? least + 1 : least)
        defer { start = end }
        return try e.call("aten::slice.Tensor", call[0], call[2], IValue(start), IValue(end))
      })
  }

  /// `tensor_split.indices(Tensor(a -> *) self, SymInt[] indices, int dim=0) -> Tensor(a)[]`
  static let tensorSplitIndices = OperatorDefinition("aten::tensor_split.indices") { call, e in
    let ends = try call.sizes(1).map { IValue($0) } + [IValue(try call[0].size(call.int(2)))]
    var start = IValue.int(0)
    return .list(
      try ends.map { end in
        defer { start = end }
        return try e.call("aten::slice.Tensor", call[0], call[2], start, end)
      })
  }

  /// `tensor_split.tensor_indices_or_sections(Tensor(a -> *) self, Tensor
  /// tensor_indices_or_sections, int dim=0) -> Tensor(a)[]`
  static let tensorSplitTensor = OperatorDefinition(
    "aten::tensor_split.tensor_indices_or_sections", shape: ShapeRules.tensorSplit
  ) { call in
    let places = try call.tensor(1)
    let numbers = try places.elements(as: Int64.self).map { Int($0) }
    if places.rank == 0, let count = numbers.first {
      return try call.emitter.call("aten::tensor_split.sections", call[0], .int(count), call[2])
    }
    return try call.emitter.call("aten::tensor_split.indices", call[0], .ints(numbers), call[2])
  }

  /// `hsplit.int(Tensor(a -> *) self, int sections) -> Tensor(a)[]` and its kin
  static let stackedSplits = [("hsplit", 1), ("vsplit", 0), ("dsplit", 2)].flatMap { name, place in
    [
      OperatorDefinition("aten::\(name).int") { call, e in
        let axis = try Self.axis(place, of: call)
        let (size, count) = (try call[0].size(axis), try call.int(1))
        guard count > 0, size.int.map({ $0 % count == 0 }) ?? true else {
          throw call.error("the size \(size) can't be divided into \(count) equal sections")
        }
        return try e.call("aten::tensor_split.sections", call[0], call[1], .int(axis))
      },
      OperatorDefinition("aten::\(name).array") { call, e in
        let axis = try Self.axis(place, of: call)
        return try e.call("aten::tensor_split.indices", call[0], call[1], .int(axis))
      },
    ]
  }

  /// Returns the dimension that is split; a vector has only one (`hsplit`).
  private static func axis(_ place: Int, of call: OperatorCall) throws -> Int {
    let rank = try call[0].rank
    if place == 1, rank == 1 { return 0 }
    guard rank > place, rank >= 2 || place == 1 else {
      throw call.error("a tensor of \(rank) dimensions has too few")
    }
    return place
  }
}
