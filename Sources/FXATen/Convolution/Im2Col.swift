import FXCore
import FXKernels
import FXOperators
import FXTensor

/// Windows of images as columns: `im2col`, `col2im`.
enum Im2Col {
  static let all: [OperatorDefinition] = [im2col, col2im]

  /// `im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) ->
  /// Tensor`
  static let im2col = OperatorDefinition(
    "aten::im2col", shape: ShapeRules.im2col,
    decomposition: { call, e in try indexed(call, e) },
    kernel: { call in
      let input = try call.tensor(0)
      guard input.rank == 3 || input.rank == 4 else { throw call.wrong(0, "images") }
      let images = input.rank == 3 ? try input.unsqueeze(0) : input
      let result = try windows(call, from: 1).columns(of: images)
      return .tensor(input.rank == 3 ? try result.squeeze([0]) : result)
    }
  )
  .batched(.samples(rank: 3))

  /// Takes the elements of windows by their rows and columns.
  private static func indexed(_ call: OperatorCall, _ e: any Emitter) throws -> IValue {
    let rank = try call[0].rank
    guard rank == 3 || rank == 4 else { throw call.wrong(0, "images") }
    let (kernel, dilation) = (try ints(call, 1), try ints(call, 2))
    let (padding, stride) = (try ints(call, 3), try ints(call, 4))
    let sizes = try call[0].sizes
    let padded = try e.call(
      "aten::constant_pad_nd", call[0], .ints([padding[1], padding[1], padding[0], padding[0]]))
    /// The places of a dimension: a row for each element of a window, a column for each window.
    func places(_ axis: Int) throws -> (index: IValue, count: Int) {
      let size = try sizes[rank - 2 + axis].requireStatic()
      let reach = size + 2 * padding[axis] - dilation[axis] * (kernel[axis] - 1) - 1
      guard stride[axis] > 0, kernel[axis] > 0, dilation[axis] > 0, reach >= 0 else {
        throw call.error("the windows do not fit")
      }
      let count = reach / stride[axis] + 1
      let starts = try e.call(
        "aten::arange.start_step", 0, .int(count * stride[axis]), .int(stride[axis]))
      let steps = try e.call(
        "aten::arange.start_step", 0, .int(kernel[axis] * dilation[axis]), .int(dilation[axis]))
      return (try e.call("aten::add.Tensor", e.call("aten::unsqueeze", steps, 1), starts), count)
    }
    let (rows, columns) = (try places(0), try places(1))
    let shape = [kernel[0], rows.count, 1, 1]
    let index = try e.call("aten::view", rows.index, .ints(shape))
    let none = [IValue](repeating: .none, count: rank - 2)
    let taken = try e.call("aten::index.Tensor", padded, .list(none + [index, columns.index]))
    let first = rank - 2
    let order = Array(0..<first) + [0, 2, 1, 3].map { $0 + first }
    let window = try sizes[first - 1] * .int(kernel[0]) * .int(kernel[1])
    return try e.call(
      "aten::reshape", e.call("aten::permute", taken, .ints(order)),
      .sizes(sizes.prefix(first - 1) + [window, .int(rows.count * columns.count)]))
  }

  /// Reads kernel, dilation, padding and stride from an argument on.
  private static func windows(_ call: OperatorCall, from index: Int) throws -> Windows {
    try Windows(
      kernel: call.ints(index, count: 2), dilation: call.ints(index + 1, count: 2),
      padding: call.ints(index + 2, count: 2), stride: call.ints(index + 3, count: 2))
  }

  private static func ints(_ call: OperatorCall, _ index: Int) throws -> [Int] {
    let values = try call.ints(index, count: 2)
    guard values.count == 2, values.allSatisfy({ (0..<1 << 24).contains($0) }) else {
      throw call.wrong(index, "a list of two ints")
    }
    return values
  }

  /// `col2im(Tensor self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2]
  /// padding, int[2] stride) -> Tensor`
  static let col2im = OperatorDefinition("aten::col2im", shape: ShapeRules.col2im) { call in
    let input = try call.tensor(0)
    guard input.rank == 2 || input.rank == 3 else { throw call.wrong(0, "columns") }
    let columns = input.rank == 2 ? try input.unsqueeze(0) : input
    let result = try windows(call, from: 2).images(of: columns, size: call.ints(1, count: 2))
    return .tensor(input.rank == 2 ? try result.squeeze([0]) : result)
  }
  .batched(.samples(rank: 2))
}
