import FXCore
import FXGraph
import FXOperators

extension GraphPass {
  /// Functionalizes in-place writes, and leaves all other operators as they are.
  ///
  ///     %y = add_(%x, 1); %z = mul(%x, 2)
  ///       →   %y = add(%x, 1); %z = mul(%y, 2); output (%y, %z)
  ///
  /// Buffers and inputs that the program writes to become outputs, and constants that it writes to
  /// become buffers. Graphs that operators call give what they write as results. Custom operators that write
  /// are called by `auto_functionalized_v2`. Source: PyTorch's functionalization (`torch.func.functionalize`).
  public static let functionalize = GraphPass(
    "functionalize", "makes in-place writes values of their own, and leaves other operators"
  ) { module, context in
    let pass = Retracing(module, context, to: .functionalize)
    try pass.retrace(module)
    context.count(pass.functionalizedCount, "functionalized", "write")
    context.count(pass.wrappedCount, "wrapped", "operator")
    pass.left.report(of: module, context, onlyWrites: true)
    return pass.hasChanged
  }
}
