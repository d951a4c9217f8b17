import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Operators that repeat elements or put them in another order: `repeat`, `roll`, `flip`, `rot90`.
enum RepeatingOperators {
  static let all: [OperatorDefinition] = [
    repeated, tile, repeatInterleave, repeatInterleaveTensor, repeatInterleaveInt, flip, reverse,
    fliplr, flipud, roll, rot90,
  ]

  /// `repeat(Tensor self, SymInt[] repeats) -> Tensor`
  static let repeated = OperatorDefinition("aten::repeat", shape: ShapeRules.repeated) { call in
    .tensor(try call.tensor(0).repeated(call.ints(1)))
  }

  /// `tile(Tensor self, SymInt[] dims) -> Tensor`
  static let tile = OperatorDefinition("aten::tile") { call, e in
    let counts = try call.sizes(1)
    let missing = max(try call[0].rank - counts.count, 0)
    let ones = [SymbolicSize](repeating: 1, count: missing)
    return try e.call("aten::repeat", call[0], .sizes(ones + counts))
  }

  /// `repeat_interleave.Tensor(Tensor repeats, *, SymInt? output_size=None) -> Tensor`
  static let repeatInterleave = OperatorDefinition(
    "aten::repeat_interleave.Tensor", shape: ShapeRules.repeatInterleave
  ) { call in
    let result = try call.tensor(0).indicesOfRepeats()
    if let size = try call.optionalInt(1), size != result.elementCount {
      throw call.error("output_size is \(size), and the repeats make up \(result.elementCount)")
    }
    return .tensor(result)
  }
  .kept()

  /// `repeat_interleave.self_Tensor(Tensor self, Tensor repeats, int? dim=None, *, SymInt?
  /// output_size=None) -> Tensor`
  static let repeatInterleaveTensor = OperatorDefinition(
    "aten::repeat_interleave.self_Tensor"
  ) { call, e in
    let flat = call[2].isNone
    let tensor = flat ? try e.call("aten::reshape", call[0], [-1]) : call[0]
    let axis = flat ? IValue.int(0) : call[2]
    let size = IValue(try flat ? tensor.size(0) : tensor.size(call.int(2)))
    var counts = call[1]
    if try counts.rank == 0 || (counts.rank == 1 && counts.size(0) == 1) {
      counts = try e.call("aten::expand", e.call("aten::reshape", counts, [1]), [size])
    }
    if let one = try counts.size(0).int, case .int(let other) = size, one != other {
      throw call.error("there are \(one) repeats for a dimension of size \(other)")
    }
    let index = try e.call(
      "aten::repeat_interleave.Tensor", counts, keywords: [("output_size", call[3])])
    return try e.call("aten::index_select", tensor, axis, index)
  }

  /// `repeat_interleave.self_int(Tensor self, SymInt repeats, int? dim=None, *, SymInt?
  /// output_size=None) -> Tensor`
  static let repeatInterleaveInt = OperatorDefinition(
    "aten::repeat_interleave.self_int"
  ) { call, e in
    let isFlat = try call[2].isNone || call[0].rank == 0
    let tensor = isFlat ? try e.call("aten::reshape", call[0], [-1]) : call[0]
    var sizes = try tensor.sizes
    let axis = isFlat ? 0 : try call.axis(2, of: tensor)
    let count = try call.size(1)
    if let number = count.int, number < 0 { throw call.error("the repeat is negative") }
    let copies = try e.call("aten::unsqueeze", tensor, .int(axis + 1))
    let old = sizes[axis]
    sizes.insert(count, at: axis + 1)
    let expanded = try e.call("aten::expand", copies, .sizes(sizes))
    let copy = try e.call(
      "aten::clone", expanded, keywords: [("memory_format", .memoryFormat(.contiguous))])
    sizes.remove(at: axis + 1)
    sizes[axis] = try old * count
    return try e.call("aten::view", copy, .sizes(sizes))
  }

  /// `flip(Tensor self, int[] dims) -> Tensor`
  static let flip = OperatorDefinition("aten::flip", shape: ShapeRules.like()) { call in
    .tensor(try call.tensor(0).flip(call.ints(1)))
  }
  .batched(.dimensions([1]))

  /// `rev(Tensor a, int[] dims) -> Tensor`
  static let reverse = OperatorDefinition("prims::rev") { call, e in
    try e.call("aten::flip", call[0], call[1])
  }

  /// `fliplr(Tensor self) -> Tensor`
  static let fliplr = OperatorDefinition("aten::fliplr") { call, e in
    guard try call[0].rank >= 2 else { throw call.error("expected at least 2 dimensions") }
    return try e.call("aten::flip", call[0], [1])
  }

  /// `flipud(Tensor self) -> Tensor`
  static let flipud = OperatorDefinition("aten::flipud") { call, e in
    guard try call[0].rank >= 1 else { throw call.error("expected at least 1 dimension") }
    return try e.call("aten::flip", call[0], [0])
  }

  /// `roll(Tensor self, SymInt[1] shifts, int[1] dims=[]) -> Tensor`
  ///
  /// Fake tensors are contiguous, whatever memory format PyTorch's kernel keeps.
  static let roll = OperatorDefinition(
    "aten::roll",
    shape: { call in
      _ = try moves(call)
      return try ShapeRules.contiguous()(call)
    },
    decomposition: { call, e in
      let (shifts, axes) = try moves(call)
      if axes.isEmpty {
        let flat = try e.call("aten::reshape", call[0], [-1])
        let rolled = try e.call("aten::roll", flat, call[1], [0])
        return try e.call("aten::view", rolled, .sizes(call[0].sizes))
      }
      var result = call[0]
      var isMoved = false
      for (shift, axis) in zip(shifts, axes) {
        let size = try result.size(axis)
        if try size == 0 || result.rank == 0 { continue }
        // The elements that come from the end go before the others.
        var start = try size - shift
        if let length = size.int, let number = shift.int {
          let rest = number % length
          start = .int(length - (rest < 0 ? rest + length : rest))
        }
        let dim = IValue.int(axis)
        let back = try e.call("aten::slice.Tensor", result, dim, IValue(start), IValue(size))
        let front = try e.call("aten::slice.Tensor", result, dim, 0, IValue(start))
        result = try e.call("aten::cat", [back, front], dim)
        isMoved = true
      }
      if isMoved { return result }
      return try e.call(
        "aten::clone", result, keywords: [("memory_format", .memoryFormat(.preserve))])
    })

  /// Returns the shifts of `roll` and the dimensions, none of which stands for the flattened tensor.
  private static func moves(_ call: OperatorCall) throws -> (shifts: [SymbolicSize], axes: [Int]) {
    let (shifts, axes) = (try call.sizes(1), try call.ints(2))
    if axes.isEmpty, shifts.count == 1 { return (shifts, axes) }
    if axes.isEmpty { throw call.error("there are shifts without dimensions") }
    guard shifts.count == axes.count else {
      throw call.error("there are \(shifts.count) shifts for \(axes.count) dimensions")
    }
    for axis in axes { _ = try call[0].size(axis) }
    return (shifts, axes)
  }

  /// `rot90(Tensor self, int k=1, int[] dims=[0, 1]) -> Tensor`
  static let rot90 = OperatorDefinition("aten::rot90") { call, e in
    let axes = try call.ints(2)
    guard axes.count == 2, try call[0].rank >= 2 else {
      throw call.error("expected two dimensions to turn")
    }
    let places = try axes.map { try Geometry.axis($0, of: call[0].rank) }
    guard places[0] != places[1] else { throw call.error("the dimensions are the same") }
    let (first, second) = (IValue.int(places[0]), IValue.int(places[1]))
    switch try ((call.int(1) % 4) + 4) % 4 {
    case 1:
      let flipped = try e.call("aten::flip", call[0], [second])
      return try e.call("aten::transpose.int", flipped, first, second)
    case 2: return try e.call("aten::flip", call[0], [first, second])
    case 3:
      let flipped = try e.call("aten::flip", call[0], [first])
      return try e.call("aten::transpose.int", flipped, first, second)
    default:
      return try e.call(
        "aten::clone", call[0], keywords: [("memory_format", .memoryFormat(.contiguous))])
    }
  }
}
