import FXCore
import FXOperators
import FXSchemas

/// An operator that shows its argument in another form from then on: `squeeze_`, `detach_`.
///
/// Exports refer to the tensor by the operator's result, so that a view of it takes its place.
struct InPlaceView {
  /// The operator that gives the view; nil where the argument itself stays.
  private let view: String?
  private let isResize: Bool

  /// Finds the view; nil for other operators.
  init?(_ schema: OperatorSchema) {
    guard schema.namespace == "aten" else { return nil }
    isResize = schema.name == "resize_" || schema.name == "resize_as_"
    switch schema.name {
    case "detach_", "requires_grad_": view = nil
    case "resize_", "resize_as_": view = "aten::\(schema.name.dropLast())"
    case "transpose_": view = "aten::transpose.int"
    case "squeeze_", "unsqueeze_", "t_", "swapaxes_", "swapdims_", "as_strided_":
      view = OperatorName.qualified("aten", schema.name.dropLast(), schema.overload)
    default: return nil
    }
  }

  /// Records the view.
  func emit(_ emitter: any WritingEmitter, _ arguments: [IValue]) throws -> IValue {
    guard let view else { return arguments[0] }
    guard isResize else { return try emitter.apply(view, arguments) }
    let shape = try emitter.shapes.apply(view, arguments)
    if case .fake(let old) = arguments[0], case .fake(let new) = shape, old.sizes == new.sizes,
      old.strides == new.strides
    {
      return arguments[0]
    }
    return try emitter.apply(view, arguments)
  }
}
