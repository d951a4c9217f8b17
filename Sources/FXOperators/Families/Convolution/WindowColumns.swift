import FXCore
import FXKernels
import FXTensor

/// Windows of images as columns: `im2col`, `col2im`.
enum WindowColumns {
  static let all: [OperatorDefinition] = [im2col, col2im]

  /// `im2col(Tensor self, int[2] kernel_size, int[2] dilation, int[2] padding, int[2] stride) ->
  /// Tensor`
  static let im2col = OperatorDefinition("aten::im2col", shape: ShapeRules.im2col) { call in
    let input = try call.tensor(0)
    guard input.rank == 3 || input.rank == 4 else { throw call.wrong(0, "images") }
    let images = input.rank == 3 ? try input.unsqueeze(0) : input
    let windows = try Windows(
      kernel: call.ints(1, count: 2), dilation: call.ints(2, count: 2),
      padding: call.ints(3, count: 2), stride: call.ints(4, count: 2))
    let result = try windows.columns(of: images)
    return .tensor(input.rank == 3 ? try result.squeeze([0]) : result)
  }

  /// `col2im(Tensor self, SymInt[2] output_size, int[2] kernel_size, int[2] dilation, int[2]
  /// padding, int[2] stride) -> Tensor`
  static let col2im = OperatorDefinition("aten::col2im", shape: ShapeRules.col2im) { call in
    let input = try call.tensor(0)
    guard input.rank == 2 || input.rank == 3 else { throw call.wrong(0, "columns") }
    let columns = input.rank == 2 ? try input.unsqueeze(0) : input
    let windows = try Windows(
      kernel: call.ints(2, count: 2), dilation: call.ints(3, count: 2),
      padding: call.ints(4, count: 2), stride: call.ints(5, count: 2))
    let result = try windows.images(of: columns, size: call.ints(1, count: 2))
    return .tensor(input.rank == 2 ? try result.squeeze([0]) : result)
  }
}
