import FXCore
import FXGraph
import FXOperators

extension GraphPass {
  /// Decomposes operators into those of core ATen, and functionalizes in-place writes.
  ///
  ///     %y = linear(%x, %w, %b); %z = add_(%y, 1)
  ///       →   %w1 = permute(%w, [1, 0]); %y = addmm(%b, %x, %w1); %z = add(%y, 1)
  ///
  /// Buffers and inputs that the program writes to become outputs, and constants that it writes to
  /// become buffers. Nodes that stay keep their names; operators beyond core ATen are reported.
  /// Source: `torch.export.ExportedProgram.run_decompositions`.
  public static let decompose = GraphPass(
    "decompose", "decomposes operators into core ATen and functionalizes in-place writes"
  ) { module, context in
    let pass = Retracing(module, context, to: .decompose)
    try pass.retrace(module)
    if pass.isFunctional(module) { context.verifiers = ["ATEN"] }
    context.count(pass.decomposedCount, "decomposed", "operator")
    context.count(pass.inlinedCount, "inlined", "region")
    context.count(pass.batchedCount, "batched", "region")
    context.count(pass.outputCount, "functionalized", "write")
    context.count(pass.wrappedCount, "wrapped", "operator")
    pass.left.report(of: module, context)
    return pass.hasChanged
  }
}
